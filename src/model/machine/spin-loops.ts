// A context that goes round a loop in which nothing changes waits until something does. Rounds are told by coming back
// to one site; the site is chosen anew at growing distances, so that any loop is met (Brent's algorithm). Two rounds
// that leave the context's own variables alike are such a loop; one that counts goes on, but not for ever.
import { maxContexts } from '../detect/index.js';

/** Rounds of a loop in which nothing changes, after which whoever runs it waits for a change. */
const spinLimit = 3;
/** Rounds after which a loop that only counts is one, too. A loop over what a driver has ends before. */
const countLimit = 48;

export class SpinLoops {
  /** Bit set of contexts that wait so. */
  spinning = 0;
  /** Counts changes of memory that another context may wait for. */
  private version = 1;
  private readonly sites = new Int32Array(maxContexts);
  private readonly versions = new Int32Array(maxContexts);
  private readonly operations = new Int32Array(maxContexts);
  private readonly rounds = new Int32Array(maxContexts);
  /** Variables of a context in the round before. */
  private readonly states: (string | null)[] = new Array<string | null>(maxContexts).fill(null);

  /** Changes in this execution. */
  get changes(): number {
    return this.version;
  }

  reset(): void {
    this.spinning = 0;
    this.version = 1;
  }

  /** Of an execution in which nobody has come to an operation yet. */
  save(): number {
    return this.version;
  }

  restore(version: number): void {
    this.spinning = 0;
    this.version = version;
    this.versions.fill(0);
  }

  begin(context: number): void {
    this.versions[context] = 0;
  }

  changed(): void {
    this.version++;
    this.spinning = 0;
  }

  /** `context` stands before an operation at `site`. Answers whether {@link judge} has to look at it. */
  note(context: number, site: number): boolean {
    if (this.versions[context] !== this.version) {
      this.versions[context] = this.version;
      this.operations[context] = 1;
      this.watch(context, site);
      return false;
    }
    const operations = (this.operations[context] as number) + 1;
    this.operations[context] = operations;
    if (this.sites[context] === site) {
      const rounds = (this.rounds[context] as number) + 1;
      this.rounds[context] = rounds;
      return rounds >= spinLimit - 1;
    }
    if ((operations & (operations - 1)) === 0) this.watch(context, site);
    return false;
  }

  /** `state`: all that `context` has for itself. */
  judge(context: number, state: string): void {
    const rounds = this.rounds[context] as number;
    const isAlike = this.states[context] === state && rounds >= spinLimit;
    if (isAlike || rounds >= countLimit) this.spinning |= 1 << context;
    this.states[context] = state;
  }

  private watch(context: number, site: number): void {
    this.sites[context] = site;
    this.rounds[context] = 0;
    this.states[context] = null;
  }
}
