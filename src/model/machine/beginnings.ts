// How an execution begins: with everything as it was before the first one, or, where nothing of setup depends on a choice,
// as setup has left it.
import { Endings } from './endings.js';
import type { SavedExecution } from './execution-state.js';
import type { Scheduler } from './scheduler.js';
import { SetupRecorder } from './setup-recorder.js';
import type { Entry } from './types.js';

/** How the executions of an entry begin, up to the first choice. */
interface Setup {
  readonly entry: Entry;
  readonly refined: number;
  /** Null when all of it is to be run each time. `told`: to the scheduler. */
  end: { readonly state: SavedExecution; readonly told: Int32Array } | null;
}

export abstract class Beginnings extends Endings {
  private setup: Setup | null = null;
  /** Whether {@link setup} has yet to be seen. */
  private isNew = false;
  private recorder: SetupRecorder | null = null;
  /** Whether setup has to run in each execution, because of what others keep of it. */
  repeatsSetup = false;

  override perExecution<T extends object>(object: T): T {
    // It did not take part in what was saved.
    this.setup = null;
    return super.perExecution(object);
  }

  /**
   * Setup is over, or a part of it, and nothing of the program's is on the stack: unless it had choices, the next
   * executions of the same entry begin here. The entry is called anew, and {@link perExecution} tells it how far it is.
   * The grain of the exploration, {@link refined} apart, makes no difference to code that runs alone.
   */
  setupDone(): void {
    const { recorder, setup } = this;
    if (recorder === null || setup === null || recorder.wasAsked || this.isUnderWay) return;
    setup.end = { state: this.save(), told: recorder.facts() };
  }

  /** Answers what the scheduler has to be told of setup, which does not run then; null when it does. */
  protected putBack(entry: Entry): Int32Array | null {
    const known = this.setup;
    const isKnown = known !== null && known.entry === entry && known.refined === this.refined;
    if (isKnown && known.end !== null && this.tracer === null) {
      this.recorder = null;
      this.restore(known.end.state);
      return known.end.told;
    }
    this.reset();
    this.isNew = !isKnown && this.tracer === null && !this.repeatsSetup;
    if (this.isNew) this.setup = { entry, refined: this.refined, end: null };
    else if (this.tracer !== null || this.repeatsSetup) this.setup = null;
    return null;
  }

  /** Stands between an execution and its scheduler when setup has yet to be seen. */
  protected recorded(scheduler: Scheduler): Scheduler {
    this.recorder = this.isNew ? new SetupRecorder(scheduler) : null;
    return this.recorder ?? scheduler;
  }
}
