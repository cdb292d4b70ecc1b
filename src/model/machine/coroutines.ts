// Switching between contexts: Asyncify unwinds the frames of the one that stops into a buffer of its own and rewinds
// those of the one that goes on (binaryen/src/passes/Asyncify.cpp).
import { maxContexts } from '../detect/index.js';
import type { SwitchExports } from '../link/index.js';
import type { ProgramInstance } from './instance.js';
import type { MemoryLayout } from './layout.js';

interface SwitchingExports extends SwitchExports {
  readonly asyncify_start_unwind: (data: number) => void;
  readonly asyncify_stop_rewind: () => void;
}

/** A stack, and how far what runs on it has come. */
export interface Frames {
  /** What Asyncify saves lies behind it. */
  readonly stackTop: number;
  readonly stackPointer: number;
  /** Whether it has not run yet. */
  readonly fresh: boolean;
}

/** All that is to return in a context, as Asyncify saves it. */
export interface SavedFrames {
  readonly bytes: Uint8Array;
  readonly stackPointer: number;
}

/** Gives each byte a character of its own. */
const bytesText = new TextDecoder('latin1');

export class Coroutines {
  rewinding = false;
  unwinding = false;
  /** Bit set of contexts that have not run yet. */
  fresh = 0;
  private readonly program: SwitchingExports;
  private readonly layout: MemoryLayout;
  private readonly words: Int32Array;
  private readonly stackPointers = new Int32Array(maxContexts);
  private readonly stackTops = new Int32Array(maxContexts);
  private exchanged = true;

  constructor({ exports }: ProgramInstance, layout: MemoryLayout, words: Int32Array) {
    this.program = exports as unknown as SwitchingExports;
    this.layout = layout;
    this.words = words;
  }

  reset(): void {
    this.rewinding = false;
    this.unwinding = false;
    this.fresh = 0;
    if (!this.exchanged) return;
    this.exchanged = false;
    for (let i = 0; i < maxContexts; i++) this.stackTops[i] = this.layout.stackTop(i);
  }

  /** A suspended context has other frames from now on; its own are answered. */
  exchange(context: number, { stackTop, stackPointer, fresh }: Frames): Frames {
    const bit = 1 << context;
    const before = {
      stackTop: this.stackTops[context] as number,
      stackPointer: this.stackPointers[context] as number,
      fresh: (this.fresh & bit) !== 0,
    };
    this.stackTops[context] = stackTop;
    this.stackPointers[context] = stackPointer;
    this.fresh = fresh ? this.fresh | bit : this.fresh & ~bit;
    this.exchanged = true;
    return before;
  }

  /**
   * Prepares for the call of the entry of `context`: from its beginning, or to where it stopped. `coverage`: where what
   * it runs is noted.
   */
  enter(context: number, coverage: number): void {
    const bit = 1 << context;
    if ((this.fresh & bit) !== 0) {
      this.fresh &= ~bit;
      const top = this.stackTops[context] as number;
      this.program.machine_start(top, top - this.layout.stackBytes, coverage);
      return;
    }
    this.rewinding = true;
    const top = this.stackTops[context] as number;
    const limit = top - this.layout.stackBytes;
    this.program.machine_rewind(top, this.stackPointers[context] as number, limit, coverage);
  }

  /** Of the context that runs. */
  get stackPointer(): number {
    return this.program.machine_stack();
  }

  /** Of one that is suspended. */
  stackPointerOf(context: number): number {
    return this.stackPointers[context] as number;
  }

  /** Whether a context has had other frames than its own in this execution. */
  get hasExchanged(): boolean {
    return this.exchanged;
  }

  /** From inside an import: the call that stopped goes on. */
  resumed(): void {
    this.program.asyncify_stop_rewind();
    this.rewinding = false;
  }

  /** From inside an import, which must return at once: all frames of `context` are saved and left. */
  unwind(context: number): void {
    if (this.unwinding) return;
    this.unwinding = true;
    const { layout, words } = this;
    const data = this.stackTops[context] as number;
    words[data >> 2] = data + 8;
    words[(data >> 2) + 1] = data + layout.asyncifyBytes;
    this.program.asyncify_start_unwind(data);
  }

  /** Of a context that is suspended. */
  framesOf(context: number): SavedFrames {
    const data = this.stackTops[context] as number;
    const bytes = new Uint8Array(this.words.buffer).slice(data + 8, this.words[data >> 2]);
    return { bytes, stackPointer: this.stackPointers[context] as number };
  }

  /** A context that is suspended goes on with `frames`, which it has had before. */
  putFrames(context: number, { bytes, stackPointer }: SavedFrames): void {
    const data = this.stackTops[context] as number;
    new Uint8Array(this.words.buffer).set(bytes, data + 8);
    this.words[data >> 2] = data + 8 + bytes.length;
    this.stackPointers[context] = stackPointer;
  }

  /** The variables of a context that is suspended, to be compared: its saved frames and its stack. */
  stateOf(context: number): string {
    const { words } = this;
    const data = this.stackTops[context] as number;
    const bytes = new Uint8Array(words.buffer);
    const frames = bytes.subarray(data + 8, words[data >> 2]);
    const stack = bytes.subarray(this.stackPointers[context], data);
    return `${bytesText.decode(frames)} ${bytesText.decode(stack)}`;
  }

  /** The entry has returned because of {@link unwind}. */
  unwound(context: number): void {
    this.unwinding = false;
    this.stackPointers[context] = this.program.machine_unwound();
  }
}
