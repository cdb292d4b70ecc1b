// A program in memory of its own: its data as they are when an execution begins, its functions, what it exports.
import { coverageExport, type Program, undefinedVariableBytes } from '../link/index.js';
import { Coverage } from './coverage.js';
import { FunctionTable } from './function-table.js';
import type { Heap } from './heap.js';
import { instantiate, type ProgramInstance } from './instance.js';
import { layoutMemory, type MemoryLayout } from './layout.js';
import type { MachineLimits } from './types.js';

/** What memory held from each address on. */
export type SavedMemory = readonly { readonly address: number; readonly bytes: Uint8Array }[];

export class LoadedProgram {
  readonly instance: ProgramInstance;
  readonly layout: MemoryLayout;
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  readonly functions: FunctionTable;
  /** Behind all memory that the program may touch. */
  readonly coverage: Coverage;
  /** Where variables that nobody supplies stand; no bytes when there are none. */
  readonly undefinedStart: number;
  readonly undefinedBytes: number;
  /** Memory that is put back before each execution. */
  private readonly image: SavedMemory;
  /** First byte of data that can change: constants lie before all else. */
  private readonly changingStart: number;

  constructor(
    program: Program,
    limits: MachineLimits,
    imports: Readonly<Record<string, WebAssembly.ImportValue>>,
  ) {
    this.instance = instantiate(program, imports);
    const { exports, memory, table, heapBase, dataEnd, undefinedStart } = this.instance;
    this.functions = new FunctionTable(table);
    this.layout = layoutMemory(heapBase, dataEnd, limits.memory, limits.stack);
    const { end } = this.layout;
    const bytes = end + Coverage.bytesFor(program);
    memory.grow(Math.max(0, Math.ceil((bytes - memory.buffer.byteLength) / 65536)));
    this.bytes = new Uint8Array(memory.buffer);
    this.words = new Int32Array(memory.buffer);
    this.undefinedStart = undefinedStart;
    this.undefinedBytes = program.undefinedVariables.length * undefinedVariableBytes;
    this.coverage = new Coverage(program, this.bytes.subarray(end, bytes), end);
    // Constructors run blocks too, and must not write where nothing is set.
    const noted = exports[coverageExport] as WebAssembly.Global | undefined;
    if (noted !== undefined) noted.value = this.coverage.nobody;
    (exports.__wasm_call_ctors as (() => void) | undefined)?.();
    const changing = program.dataObjects?.find(({ constant }) => !constant)?.address;
    this.changingStart = program.dataObjects === null ? this.layout.dataStart : (changing ?? dataEnd);
    this.image = [this.saved(this.changingStart, this.changingEnd())];
  }

  reset(): void {
    this.restore(this.image);
  }

  restore(saved: SavedMemory): void {
    for (let i = 0; i < saved.length; i++) {
      const { address, bytes } = saved[i] as SavedMemory[number];
      this.bytes.set(bytes, address);
    }
  }

  /** All that an execution can have changed in which no context but the first has run. */
  save(heap: Heap): SavedMemory {
    const { layout } = this;
    const blocks = heap.blocks
      .map(({ address, size }) => ({ start: address, end: address + size }))
      .sort((a, b) => a.start - b.start);
    const parts: { start: number; end: number }[] = [];
    for (const { start, end } of blocks) {
      const last = parts.at(-1);
      // One copy costs more than the few bytes between two blocks.
      if (last !== undefined && start - last.end <= 64) last.end = end;
      else parts.push({ start, end });
    }
    return [
      this.saved(this.changingStart, this.changingEnd()),
      // What a variable holds that nobody has initialised.
      this.saved(this.deepestUse(), layout.stackTop(0)),
      ...parts.map(({ start, end }) => this.saved(start, end)),
    ];
  }

  private saved(start: number, end: number): SavedMemory[number] {
    return { address: start, bytes: this.bytes.slice(start, end) };
  }

  /** First byte of the first context's stack that any execution has written so far. */
  private deepestUse(): number {
    const top = this.layout.stackTop(0);
    let word = this.layout.stackLow(0) >> 2;
    while (word << 2 < top && this.words[word] === 0) word++;
    return word << 2;
  }

  /** Nobody writes where variables stand that nobody supplies: where nothing lies behind, nothing is to be restored. */
  private changingEnd(): number {
    const { dataEnd } = this.layout;
    const isLast =
      this.undefinedStart > 0 &&
      this.undefinedStart + Math.max(this.undefinedBytes, undefinedVariableBytes) >= dataEnd;
    return Math.max(isLast ? this.undefinedStart : dataEnd, this.changingStart);
  }
}
