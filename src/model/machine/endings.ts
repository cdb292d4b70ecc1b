// How an execution ends before its program does, or one context's part in it: something failed, has to be looked at more
// closely, or cannot go on.
import { type Program, readMark } from '../link/index.js';
import { crash, EndlessLoop, LongLoop } from './failures.js';
import type { CutKind, Incident } from './findings.js';
import type { Walk } from './history.js';
import type { MemoryLayout } from './layout.js';
import { GivenUp, LongExecution } from './long-execution.js';
import { abandon } from './scheduler.js';
import { MachineSettings } from './settings.js';
import type { Ending, MachineLimits } from './types.js';

/** Operations that take some milliseconds. */
const manySteps = 10_000;
/** Steps after which loops are looked for that do no operation: a power of 2. */
const firstLook = 1024;

export abstract class Endings extends MachineSettings {
  abstract readonly limits: MachineLimits;
  abstract readonly program: Program;
  abstract readonly exports: WebAssembly.Exports;
  abstract readonly layout: MemoryLayout;
  /** Who has the turn next: a context, or {@link abandon}. */
  protected next = abandon;
  protected readonly long = new LongExecution();
  /** Operations after which {@link goesFurther} is asked. */
  stepStop = 0;
  /** Operations after which the execution looks at the clock. */
  protected lookAt = 0;

  /** Whether the last execution alone took so long that whoever runs many should look at the clock. */
  get tookLong(): boolean {
    return this.long.looked || this.steps > manySteps;
  }

  /** Ends the execution, or the current context's part in it, because of `incident`. The caller must return at once. */
  fail(incident: Incident): void {
    if (!this.mode.goesOn) {
      this.failed(incident);
      this.stop();
      return;
    }
    this.failedHere(incident);
    this.stall(null, 0);
  }

  /** Notes something wrong that does not keep the execution from going on. */
  note(incident: Incident): void {
    if (!this.doubtful && !this.isUndefined) this.incidents.push(incident);
  }

  /**
   * The current context goes no further, as if it were slow for ever; the others do. The caller must return at once.
   * `cut`: why the execution does not count as one that came to its end; null where something says so already.
   */
  stall(cut: CutKind | null, site: number): void {
    const { current } = this;
    if (cut !== null) this.cuts.push({ kind: cut, context: current, site });
    if (this.coroutines.rewinding) this.coroutines.resumed();
    this.stalled |= 1 << current;
    this.onStall(current);
    this.coroutines.unwind(current);
    this.next = this.schedule(-1);
  }

  /** What happens from now on could not happen: it is explored, and nothing in it is told. */
  doubt(): void {
    this.doubtful = true;
  }

  /** Ends the execution for good reasons. The caller must return at once. */
  end(ending: Ending): void {
    if (this.ending === 'complete') this.ending = ending;
    this.stop();
  }

  /** The program needs a closer look from now on; this execution ends. False when it has it already. */
  refine(refinement: number): boolean {
    if ((this.refined & refinement) !== 0) return false;
    this.refineTo(this.refined | refinement);
    // Whatever else has been found in it, it is not all that is behind it.
    this.ending = 'refine';
    this.stop();
    return true;
  }

  /** Stops everything with an error of the user's: something that no machine supplies. */
  abort(error: Error): void {
    this.trouble ??= error;
    this.end('failed');
  }

  /** How the execution went, up to `incident` where it went on after that. */
  historyOf(incident: Incident): Walk {
    return this.history.walk(this.moments.get(incident));
  }

  /** How the last execution went. */
  wholeHistory(): Walk {
    return this.history.walk();
  }

  /** More than {@link stepStop} operations: whether the context goes on. If not, the caller must return at once. */
  goesFurther(site: number): boolean {
    if ((this.ownSteps[this.current] as number) + this.steps - this.turnStart > this.limits.steps) {
      this.stall('steps', site);
      return false;
    }
    if (this.steps > this.lookAt) {
      this.lookAt = this.long.nextLook(this.steps);
      if (this.long.look()) {
        this.ending = 'given-up';
        this.stop();
        return false;
      }
    }
    this.limitSteps();
    return true;
  }

  /** An access to so many bytes takes as long as many steps: the next look is due sooner. */
  worked(bytes: number): void {
    this.lookAt -= bytes >>> 4;
    this.stepStop = Math.min(this.stepStop, this.lookAt);
  }

  /**
   * Told after so many rounds of loops and calls, with the mark of where they are: see readMark(). Nothing but an error
   * gets out of a loop that never calls us.
   */
  wentRound(mark: number): void {
    if (this.long.isEndless(this.steps)) {
      const { site = 0, what } = readMark(mark) ?? {};
      throw what === 'endless' ? new EndlessLoop(site) : new LongLoop(site);
    }
    if (this.long.look()) throw new GivenUp();
  }

  /** Sets when the current context is looked at next: for loops that no operation tells of, or because it is stopped. */
  protected limitSteps(): void {
    const { steps } = this.limits;
    const own = (this.ownSteps[this.current] as number) + this.steps - this.turnStart;
    // From each power of 2 on, an eighth of what lies behind.
    const power = own < firstLook ? 0 : 2 ** (31 - Math.clz32(own));
    this.looking = power > 0 && own < power + power / 8;
    const next = own < firstLook ? firstLook - 1 : this.looking ? power + power / 8 - 1 : 2 * power - 1;
    this.stepStop = Math.min(this.steps - own + Math.min(next, steps), this.lookAt);
  }

  /** The site at which the stack of a context went below its limit; 0 when none has since the last call. */
  abstract takeStackOverflow(): number;

  /** Which context goes on: {@link abandon} when the execution is over. */
  protected abstract schedule(current: number): number;

  protected crash(error: unknown): void {
    if (error instanceof GivenUp) {
      this.ending = 'given-up';
      this.next = abandon;
      return;
    }
    if (error instanceof LongLoop) {
      this.cuts.push({ kind: 'rounds', context: this.current, site: error.site });
      this.leaveOut();
      return;
    }
    const incident = crash(this, error);
    if (incident === null) throw error;
    if (this.mode.goesOn) {
      this.failedHere(incident);
      this.leaveOut();
      return;
    }
    this.next = abandon;
    this.failed(incident);
  }

  /** The current context, whose frames are gone already, goes no further; the others do. */
  private leaveOut(): void {
    this.stalled |= 1 << this.current;
    this.onStall(this.current);
    this.next = this.schedule(-1);
  }

  private failedHere(incident: Incident): void {
    if (this.doubtful) return;
    if (this.isUndefined) {
      this.ending = 'failed';
      return;
    }
    this.moments.set(incident, this.history.moment(this.current, this.steps));
    this.incidents.push(incident);
    this.ending = 'failed';
  }

  protected failed(incident: Incident): void {
    if (this.doubtful) this.ending = 'assumed-away';
    else if (this.ending === 'complete' || this.mode.goesOn) {
      if (!this.isUndefined) this.incidents.push(incident);
      this.ending = 'failed';
    }
  }

  private stop(): void {
    if (this.coroutines.rewinding) this.coroutines.resumed();
    this.next = abandon;
    this.coroutines.unwind(this.current);
  }
}
