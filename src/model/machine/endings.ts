// How an execution ends before its program does, or one context's part in it: something failed, has to be looked at more
// closely, or cannot go on.
import type { Program } from '../link/index.js';
import { crash, EndlessLoop, outOfSteps } from './failures.js';
import type { Incident } from './findings.js';
import type { Walk } from './history.js';
import { GivenUp, LongExecution } from './long-execution.js';
import { abandon } from './scheduler.js';
import { MachineSettings } from './settings.js';
import type { Ending, MachineLimits } from './types.js';

/** Operations that take some milliseconds. */
const manySteps = 10_000;

export abstract class Endings extends MachineSettings {
  abstract readonly limits: MachineLimits;
  abstract readonly program: Program;
  abstract readonly exports: WebAssembly.Exports;
  /** Who has the turn next: a context, or {@link abandon}. */
  protected next = abandon;
  protected readonly long = new LongExecution();
  /** Operations after which {@link goesFurther} is asked. */
  stepStop = 0;

  /** Whether the last execution alone took so long that whoever runs many should look at the clock. */
  get tookLong(): boolean {
    return this.long.looked || this.steps > manySteps;
  }

  /** Asked now and then by an execution that takes long: whether it is to be given up. */
  set mustStop(asked: () => boolean) {
    this.long.mustStop = asked;
  }

  /** Ends the execution, or the current context's part in it, because of `incident`. The caller must return at once. */
  fail(incident: Incident): void {
    if (!this.goesOn) {
      this.failed(incident);
      this.stop();
      return;
    }
    this.failedHere(incident);
    this.stall();
  }

  /** Notes something wrong that does not keep the execution from going on. */
  note(incident: Incident): void {
    if (!this.doubtful) this.incidents.push(incident);
  }

  /**
   * The current context goes no further, as if it were slow for ever; the others do. The caller must return at once.
   * `assumed`: whether the execution does not count, since it could not have gone on so.
   */
  stall(assumed = true): void {
    const { current } = this;
    if (assumed) this.assumed = true;
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
    this.refined |= refinement;
    this.end('refine');
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

  outOfSteps(site: number): false {
    this.failed(outOfSteps(this, site));
    this.stop();
    return false;
  }

  /** More than {@link stepStop} operations: whether the execution goes on. If not, the caller must return at once. */
  goesFurther(site: number): boolean {
    if (this.steps > this.limits.steps) return this.outOfSteps(site);
    this.stepStop = Math.min(this.limits.steps, this.long.nextLook(this.steps));
    if (!this.long.look()) return true;
    this.ending = 'given-up';
    this.stop();
    return false;
  }

  /** Told after so many rounds of loops and calls. Nothing but an error gets out of a loop that never calls us. */
  wentRound(site: number): void {
    if (this.long.isEndless(this.steps)) throw new EndlessLoop(site);
    if (this.long.look()) throw new GivenUp();
  }

  /** Which context goes on: {@link abandon} when the execution is over. */
  protected abstract schedule(current: number): number;

  protected crash(error: unknown): void {
    if (error instanceof GivenUp) {
      this.ending = 'given-up';
      this.next = abandon;
      return;
    }
    const incident = crash(this, error);
    if (incident === null) throw error;
    if (this.goesOn) {
      // Its frames are gone already.
      this.failedHere(incident);
      this.stalled |= 1 << this.current;
      this.onStall(this.current);
      this.next = this.schedule(-1);
      return;
    }
    this.next = abandon;
    this.failed(incident);
  }

  private failedHere(incident: Incident): void {
    if (this.doubtful) return;
    this.moments.set(incident, this.history.moment(this.current, this.steps));
    this.incidents.push(incident);
    this.ending = 'failed';
  }

  protected failed(incident: Incident): void {
    if (this.doubtful) this.ending = 'assumed-away';
    else if (this.ending === 'complete' || this.goesOn) {
      this.incidents.push(incident);
      this.ending = 'failed';
    }
  }

  private stop(): void {
    if (this.coroutines.rewinding) this.coroutines.resumed();
    this.next = abandon;
    this.coroutines.unwind(this.current);
  }
}
