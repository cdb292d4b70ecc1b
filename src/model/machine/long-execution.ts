// One execution that takes long by itself: it never comes back to whoever explores, so it asks on its own whether it is
// to go on.

/** Work between two looks: few executions come to one. */
const workBetweenLooks = 1 << 16;

/** How often in a row a context tells that it goes round, without one operation between: some 16 million rounds. */
const roundsTold = 16;

export class LongExecution {
  private asked: () => boolean = () => false;
  private hasLooked = false;
  private stepsTold = -1;
  private timesTold = 0;

  /** Whether the execution has looked at all. */
  get looked(): boolean {
    return this.hasLooked;
  }

  /** `asked`: some times a second at most by one that takes long; whether it is to be given up. */
  begin(asked: () => boolean): void {
    this.asked = asked;
    this.hasLooked = false;
    this.stepsTold = -1;
  }

  /** Operations after which the next look is due. */
  nextLook(steps: number): number {
    return steps + workBetweenLooks;
  }

  look(): boolean {
    this.hasLooked = true;
    return this.asked();
  }

  /** A context tells that it goes round. Answers whether it has done nothing else for too long. */
  isEndless(steps: number): boolean {
    if (steps !== this.stepsTold) this.timesTold = 0;
    this.stepsTold = steps;
    return ++this.timesTold >= roundsTold;
  }
}

/** Thrown through the program where an execution is given up between two operations. */
export class GivenUp extends Error {}
