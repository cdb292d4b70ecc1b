// What the machine knows of each context: what it stands before, how far it has come, what holds for its accesses.
// Columns by context, so that nothing is allocated while a program runs.
import { maxContexts } from '../detect/index.js';
import { noFootprint } from './types.js';

export class ContextTable {
  /** Bit set of the contexts that have not ended. */
  living = 0;
  /** Bit set of contexts that cannot run because another runs on top of them. */
  suppressed = 0;
  /** Contexts begun in this execution. */
  count = 0;
  current = 0;
  /** Bit set of contexts that stand before an operation without a footprint. */
  protected local = 0;
  /** Bit set of contexts whose operation happens only once nothing else can. */
  protected deferred = 0;

  /** What a context stands before. */
  readonly pendingAddress = new Int32Array(maxContexts);
  readonly pendingSize = new Int32Array(maxContexts);
  readonly pendingWrite = new Uint8Array(maxContexts);
  readonly pendingSite = new Int32Array(maxContexts);
  /** Gate that must be above 0; gate 0 always is. */
  readonly pendingGate = new Int32Array(maxContexts);
  /** Gate pair that the operation changes, by its first gate; 0 for none. */
  readonly pendingObject = new Int32Array(maxContexts);
  /** The CPU that it runs on, and a word that stands for it where that CPU has to be had; 0 if it has not. */
  readonly cpus = new Int32Array(maxContexts);
  readonly cpuWord = new Int32Array(maxContexts);
  /** Whether its operation takes the CPU from others (writes the word) or needs it (reads). */
  readonly cpuWordWrite = new Uint8Array(maxContexts);
  /** How far a call of several operations has come. */
  readonly stage = new Int32Array(maxContexts);
  readonly results = new Int32Array(maxContexts);
  /** For primitives: what a context waits for, for messages. */
  readonly waitingFor: string[] = new Array<string>(maxContexts).fill('');
  readonly entrySites = new Int32Array(maxContexts);
  /** Above 0: plain accesses of the context count as marked. */
  readonly markedDepth = new Int32Array(maxContexts);
  /** How many plain accesses of the context from now on count as marked. */
  readonly markedNext = new Int32Array(maxContexts);
  /** Above 0: accesses of the context are not checked for races. */
  readonly checksOff = new Int32Array(maxContexts);

  protected forgetContexts(): void {
    this.living = 0;
    this.suppressed = 0;
    this.count = 0;
    this.local = 0;
    this.deferred = 0;
  }

  /** A new context, which stands before its beginning; its number. `site`: of the call that began it. */
  protected addContext(site: number): number {
    const context = this.count++;
    const bit = 1 << context;
    this.living |= bit;
    this.local |= bit;
    this.entrySites[context] = site;
    this.pendingGate[context] = 0;
    this.pendingAddress[context] = noFootprint;
    this.pendingSite[context] = site;
    this.stage[context] = 0;
    this.waitingFor[context] = '';
    this.markedDepth[context] = 0;
    this.markedNext[context] = 0;
    this.checksOff[context] = 0;
    this.cpus[context] = Math.max(context - 1, 0);
    this.cpuWord[context] = 0;
    this.cpuWordWrite[context] = 0;
    return context;
  }

  /** Bit set of the contexts whose operation can happen now. */
  protected enabledContexts(gates: Int32Array): number {
    const { pendingGate } = this;
    let enabled = 0;
    for (let rest = this.living & ~this.suppressed; rest !== 0; rest &= rest - 1) {
      const bit = rest & -rest;
      if ((gates[pendingGate[31 - Math.clz32(bit)] as number] as number) > 0) enabled |= bit;
    }
    return enabled;
  }
}
