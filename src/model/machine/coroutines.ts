// Switching between contexts: Asyncify unwinds the frames of the one that stops into a buffer of its own and rewinds
// those of the one that goes on (binaryen/src/passes/Asyncify.cpp).
import { maxContexts } from '../detect/index.js';
import type { ProgramInstance } from './instance.js';
import type { MemoryLayout } from './layout.js';

interface AsyncifyExports {
  readonly asyncify_start_unwind: (data: number) => void;
  readonly asyncify_stop_unwind: () => void;
  readonly asyncify_start_rewind: (data: number) => void;
  readonly asyncify_stop_rewind: () => void;
}

export class Coroutines {
  rewinding = false;
  unwinding = false;
  /** Bit set of contexts that have not run yet. */
  fresh = 0;
  private readonly asyncify: AsyncifyExports;
  private readonly stackPointer: WebAssembly.Global;
  private readonly layout: MemoryLayout;
  private readonly words: Int32Array;
  private readonly stackPointers = new Int32Array(maxContexts);

  constructor({ exports, stackPointer }: ProgramInstance, layout: MemoryLayout, words: Int32Array) {
    this.asyncify = exports as unknown as AsyncifyExports;
    this.stackPointer = stackPointer;
    this.layout = layout;
    this.words = words;
  }

  reset(): void {
    this.rewinding = false;
    this.unwinding = false;
    this.fresh = 0;
  }

  /** Prepares for the call of the entry of `context`: from its beginning, or to where it stopped. */
  enter(context: number): void {
    const bit = 1 << context;
    if ((this.fresh & bit) !== 0) {
      this.fresh &= ~bit;
      this.stackPointer.value = this.layout.stackTop(context);
      return;
    }
    this.stackPointer.value = this.stackPointers[context] as number;
    this.rewinding = true;
    this.asyncify.asyncify_start_rewind(this.layout.asyncifyData(context));
  }

  /** From inside an import: the call that stopped goes on. */
  resumed(): void {
    this.asyncify.asyncify_stop_rewind();
    this.rewinding = false;
  }

  /** From inside an import, which must return at once: all frames of `context` are saved and left. */
  unwind(context: number): void {
    if (this.unwinding) return;
    this.unwinding = true;
    const { layout, words } = this;
    const data = layout.asyncifyData(context);
    words[data >> 2] = data + 8;
    words[(data >> 2) + 1] = layout.asyncifyEnd(context);
    this.asyncify.asyncify_start_unwind(data);
  }

  /** The entry has returned because of {@link unwind}. */
  unwound(context: number): void {
    this.asyncify.asyncify_stop_unwind();
    this.unwinding = false;
    this.stackPointers[context] = this.stackPointer.value;
  }
}
