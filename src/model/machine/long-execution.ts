// One execution that takes long by itself: it never comes back to whoever explores, so it looks at the clock on its own,
// and signals end the process meanwhile, as nobody else could hear them.
import { letSignalsEndUs } from '../../base/index.js';

/** Operations between two looks: more than a usual limit has, so that most executions never look. */
const stepsBetweenLooks = 1 << 18;

/** Microseconds of processor time after which an execution leaves signals to the system: none with usual limits. */
const patience = 1_000_000;

/** How often in a row a context tells that it goes round, without one operation between: some 16 million rounds. */
const roundsTold = 16;

export class LongExecution {
  private asked: () => boolean = () => false;
  private began = 0;
  private handBack: (() => void) | null = null;
  private stepsTold = -1;
  private timesTold = 0;

  /** Whether the execution has looked at the clock at all. */
  get looked(): boolean {
    return this.began !== 0;
  }

  /** `asked`: a few times a second at most by one that takes long; whether it is to be given up. */
  begin(asked: () => boolean): void {
    if (asked !== this.asked) this.rest();
    this.asked = asked;
    this.began = 0;
    this.stepsTold = -1;
  }

  /** A signal that came between two executions that both take long would find nobody: they stay with the system. */
  end(): void {
    if (this.handBack !== null && processorTime() - this.began < patience) this.rest();
  }

  /** Nobody runs executions for now. */
  rest(): void {
    this.handBack?.();
    this.handBack = null;
  }

  /** Operations after which the next look is due. */
  nextLook(steps: number): number {
    return steps + stepsBetweenLooks;
  }

  look(): boolean {
    const now = processorTime();
    if (this.began === 0) this.began = now;
    else if (now - this.began > patience) this.handBack ??= letSignalsEndUs();
    return this.asked();
  }

  /** A context tells that it goes round. Answers whether it has done nothing else for too long. */
  isEndless(steps: number): boolean {
    if (steps !== this.stepsTold) this.timesTold = 0;
    this.stepsTold = steps;
    return ++this.timesTold >= roundsTold;
  }
}

/** Microseconds; in a browser, which tells nobody, those that have passed. */
function processorTime(): number {
  const usage = globalThis.process?.cpuUsage?.();
  return usage === undefined ? performance.now() * 1000 : usage.user + usage.system;
}

/** Thrown through the program where an execution is given up between two operations. */
export class GivenUp extends Error {}
