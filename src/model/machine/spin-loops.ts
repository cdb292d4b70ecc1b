// A context that goes round a loop in which nothing changes waits until something does. Rounds are told by coming back
// to one site; the site is chosen anew at growing distances, so that any loop is met (Brent's algorithm).
import { maxContexts } from '../detect/index.js';

/** Rounds of a loop in which nothing changes, after which whoever runs it waits for a change. */
const spinLimit = 3;

export class SpinLoops {
  /** Bit set of contexts that wait so. */
  spinning = 0;
  /** Counts changes of memory that another context may wait for. */
  private version = 1;
  private readonly sites = new Int32Array(maxContexts);
  private readonly versions = new Int32Array(maxContexts);
  private readonly operations = new Int32Array(maxContexts);
  private readonly rounds = new Int32Array(maxContexts);

  reset(): void {
    this.spinning = 0;
    this.version = 1;
  }

  begin(context: number): void {
    this.versions[context] = 0;
  }

  changed(): void {
    this.version++;
    this.spinning = 0;
  }

  /** `context` stands before an operation at `site`. */
  note(context: number, site: number): void {
    if (this.versions[context] !== this.version) {
      this.versions[context] = this.version;
      this.operations[context] = 1;
      this.rounds[context] = 0;
      this.sites[context] = site;
      return;
    }
    const operations = (this.operations[context] as number) + 1;
    this.operations[context] = operations;
    if (this.sites[context] === site) {
      const rounds = (this.rounds[context] as number) + 1;
      this.rounds[context] = rounds;
      if (rounds >= spinLimit) this.spinning |= 1 << context;
    } else if ((operations & (operations - 1)) === 0) {
      this.sites[context] = site;
      this.rounds[context] = 0;
    }
  }
}
