// Which bytes of the program's memory can be touched: those of its variables, of the frames of functions that have not
// returned, and of blocks on the heap that are not freed. All else belongs to nobody.
import type { DataObject, Program } from '../link/index.js';
import type { Coroutines } from './coroutines.js';
import { type MemoryLayout, nullPage } from './layout.js';

/** What a byte of the program's data is. */
const bytesOf = { nobody: 0, variable: 1, constant: 2 } as const;
/** Bytes: what is larger could reach over the room that the linker leaves between two variables. */
const smallAccess = 32;

/** Where an address lies that nobody may touch, as far as that is known. */
export type NoPlace =
  | { readonly what: 'beyond'; readonly object: DataObject; readonly by: number }
  /** `name`: null for a string. */
  | { readonly what: 'constant'; readonly name: string | null }
  | { readonly what: 'frame'; readonly context: number }
  | { readonly what: 'null' }
  | { readonly what: 'nothing' };

/** What it takes of the machine to know which contexts there are. */
interface Contexts {
  readonly living: number;
  readonly current: number;
}

export class Bounds {
  private readonly layout: MemoryLayout;
  private readonly coroutines: Coroutines;
  private readonly contexts: Contexts;
  /** By address, of data. */
  private readonly kinds: Uint8Array;
  private readonly objects: readonly DataObject[];

  constructor(
    { dataObjects }: Pick<Program, 'dataObjects'>,
    {
      layout,
      undefinedStart,
      undefinedBytes,
    }: {
      readonly layout: MemoryLayout;
      readonly undefinedStart: number;
      readonly undefinedBytes: number;
    },
    coroutines: Coroutines,
    contexts: Contexts,
  ) {
    this.layout = layout;
    this.coroutines = coroutines;
    this.contexts = contexts;
    this.objects = dataObjects ?? [];
    this.kinds = new Uint8Array(layout.dataEnd);
    if (dataObjects === null) this.kinds.fill(bytesOf.variable, nullPage);
    for (const { address, size, constant } of this.objects)
      this.kinds.fill(constant ? bytesOf.constant : bytesOf.variable, address, address + size);
    // Reaching one of these ends the run.
    this.kinds.fill(bytesOf.nobody, undefinedStart, undefinedStart + undefinedBytes);
  }

  /** Whether one access of these bytes, all below the heap, is one of a variable or of a frame. */
  holds(address: number, size: number, write: boolean): boolean {
    const { kinds, layout } = this;
    if (address >= layout.dataEnd) return this.inFrame(address, size);
    const most = write ? bytesOf.variable : bytesOf.constant;
    const first = kinds[address] as number;
    if (first === bytesOf.nobody || first > most) return false;
    const last = kinds[address + size - 1];
    if (last === undefined || last === bytesOf.nobody || last > most) return false;
    return size <= smallAccess || !kinds.subarray(address, address + size).includes(bytesOf.nobody);
  }

  /** Whether nobody may write there. */
  isConstant(address: number): boolean {
    return this.kinds[address] === bytesOf.constant;
  }

  /** What is at `address`, which {@link holds} refuses for `size` bytes. */
  placeOf(address: number, size: number): NoPlace {
    if (address < nullPage) return { what: 'null' };
    const { layout, objects } = this;
    if (address >= layout.dataEnd) {
      const context = layout.contextAt(address);
      return context < 0 ? { what: 'nothing' } : { what: 'frame', context };
    }
    const object = objects.findLast((one) => one.address <= address);
    const by = object === undefined ? 1 : address + size - object.address - object.size;
    // What the compiler and the machine's own headers have made has no name that anybody knows.
    const isNamed = object !== undefined && !/^(\.|__millrace_)/.test(object.name);
    if (by <= 0) return { what: 'constant', name: isNamed ? object.name : null };
    return isNamed ? { what: 'beyond', object, by } : { what: 'nothing' };
  }

  /** In the stack of a context that has not ended, above what its functions have left. */
  private inFrame(address: number, size: number): boolean {
    const { layout, coroutines } = this;
    const { living, current } = this.contexts;
    const context = layout.contextAt(address);
    if (context < 0 || address + size > layout.stackTop(context)) return false;
    // Tasks that take turns on a context have stacks of their own: it is not known here which have ended.
    if (coroutines.hasExchanged) return true;
    if ((living & (1 << context)) === 0) return false;
    return address >= (context === current ? coroutines.stackPointer : coroutines.stackPointerOf(context));
  }
}
