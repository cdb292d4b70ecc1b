// Thread-local variables: the first context uses them where the linker has laid them out, each other one has a block of
// its own, which begins as those did and ends with its thread.
import { accessFlags } from '../detect/index.js';
import { firstThreadLocal, threadBase } from '../link/index.js';
import type { Machine } from './machine.js';

export class ThreadLocals {
  private readonly m: Machine;
  private readonly base: WebAssembly.Global;
  /** What the code itself adds to the base for the first variable. */
  private readonly offset: number;
  private readonly start: number;
  private readonly initial: Uint8Array;
  /** By context. */
  private readonly blocks: Int32Array;

  /** The variables of `m`'s program before it has run; null when it has none. */
  static of(m: Machine): ThreadLocals | null {
    const base = m.exports[threadBase] as WebAssembly.Global | undefined;
    const data = m.program.threadLocals;
    return base === undefined || data === null ? null : new ThreadLocals(m, base, data.start, data.size);
  }

  private constructor(m: Machine, base: WebAssembly.Global, start: number, size: number) {
    this.m = m;
    this.base = base;
    base.value = 0;
    this.offset = (m.exports[firstThreadLocal] as () => number)();
    this.start = start;
    this.initial = m.bytes.slice(start, start + size);
    this.blocks = m.column();
  }

  /** `context` was begun by the call at `site`. */
  begin(context: number, site: number): void {
    const { m, initial } = this;
    this.blocks[context] =
      context === 0 ? this.start : m.heap.allocate(context, initial.length, site, 16, 'thread');
    if (context > 0) m.bytes.set(initial, this.blocks[context]);
  }

  /** From now on the program uses the variables of `context`. */
  enter(context: number): void {
    this.base.value = (this.blocks[context] as number) - this.offset;
  }

  /** Whoever still uses those of `context` uses what is no more, and races with its end where nothing orders them. */
  end(context: number): void {
    const { m } = this;
    const block = context === 0 ? undefined : m.heap.blockAt(this.blocks[context] as number);
    if (block === undefined) return;
    const site = m.entrySites[context] as number;
    if (!m.alone) m.detector.access(context, block.address, block.size, accessFlags.write, block.site);
    m.heap.free(block, context, site > 0 ? site : block.site);
  }
}
