// Other threads that run parts of one exploration. The exploration goes its own way, in its own order; they run parts
// that it is to come to. What they found is taken over when it has come there, if nothing changed by then on which the
// part depends, and otherwise thrown away: so the result is that of one thread, whatever the others managed.
import type { Machine } from '../machine/index.js';
import { type Observer, type PartOutcome, Pass } from './pass.js';
import type { Branch, Strategy } from './strategy.js';

/** A part for another thread: plain data. */
export interface PartTask {
  readonly branch: Branch;
  /** The {@link Grain} of the pass. */
  readonly visible: readonly number[];
  readonly refined: number;
  /** Executions that it may have. */
  readonly most: number;
}

/** Another thread. */
export interface Helper {
  /** Whether it can be given a task. */
  readonly isReady: boolean;
  /** Whether it is done with its task. */
  readonly isDone: boolean;
  start(task: PartTask): void;
  /** Waits for the outcome of its task, which it shall stop where it is. Null when it failed. */
  finish(): PartOutcome | null;
  close(): void;
}

/** Runs a part on a machine of the thread's own, until all of it is run or `mustStop`. Null when it was given up. */
export function runPart(
  machine: Machine,
  strategy: Strategy,
  entry: (argument: number) => number,
  { branch, visible, refined, most }: PartTask,
  {
    observer,
    mustStop,
    givesUp,
  }: {
    readonly observer: Observer | null;
    readonly mustStop: () => boolean;
    /** Asked within an execution that takes long. */
    readonly givesUp: () => boolean;
  },
): PartOutcome | null {
  machine.grain.become(visible, refined);
  strategy.restart();
  strategy.adopt(branch);
  observer?.take();
  const pass = new Pass(machine, strategy, entry, { mustStop: givesUp });
  let last = pass.step();
  while (last === 'more' && pass.total < most && !mustStop()) last = pass.step();
  return last === 'given-up' ? null : pass.outcome(last, observer?.take() ?? null);
}

interface Claim {
  readonly branch: Branch;
  /** Null once the outcome is there. */
  helper: Helper | null;
  outcome: PartOutcome | null;
}

/** Parts that are done and wait until the exploration has come to them, for each helper. */
const mostWaiting = 8;

export class Crew {
  private readonly helpers: readonly Helper[];
  private readonly machine: Machine;
  private readonly strategy: Strategy;
  private claims: Claim[] = [];

  constructor(helpers: readonly Helper[], machine: Machine, strategy: Strategy) {
    this.helpers = helpers;
    this.machine = machine;
    this.strategy = strategy;
  }

  /** Gives work to whoever has none. `most`: executions that the exploration may still have. */
  assign(most: number): void {
    for (const claim of this.claims) if (claim.helper?.isDone) this.settle(claim);
    for (const helper of this.helpers) {
      if (!helper.isReady || this.claims.some((claim) => claim.helper === helper)) continue;
      if (this.claims.length >= this.helpers.length * mostWaiting) return;
      const branch = this.strategy.fork(this.claims.map((claim) => claim.branch));
      if (branch === null) return;
      const { grain } = this.machine;
      helper.start({ branch, visible: grain.sites(), refined: grain.refined, most });
      this.claims.push({ branch, helper, outcome: null });
    }
  }

  /** What is done of the part that the exploration stands before; null when it has to run it itself. */
  take(): { readonly branch: Branch; readonly outcome: PartOutcome } | null {
    let taken: Claim | null = null;
    for (const claim of this.claims) {
      const reached = this.strategy.reached(claim.branch);
      if (reached === 'not-yet') continue;
      this.settle(claim);
      this.claims = this.claims.filter((other) => other !== claim);
      if (reached === 'yes') taken = claim;
    }
    return taken?.outcome ? { branch: taken.branch, outcome: taken.outcome } : null;
  }

  /** The exploration begins anew: nothing of what they do is of use. */
  drop(): void {
    for (const claim of this.claims) this.settle(claim);
    this.claims = [];
  }

  close(): void {
    for (const helper of this.helpers) helper.close();
  }

  private settle(claim: Claim): void {
    if (claim.helper !== null) claim.outcome = claim.helper.finish();
    claim.helper = null;
  }
}
