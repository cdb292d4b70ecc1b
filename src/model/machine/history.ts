// How an execution went, as a schedule tells it: the stretches without a switch and the values that were chosen.
import { grown } from './grown.js';

/** Where an execution stands. */
export interface Moment {
  readonly length: number;
  readonly context: number;
  /** Steps of `context` in the stretch that lies behind `length`. */
  readonly steps: number;
  readonly choices: number;
}

export interface Walk {
  /** Context and steps of each stretch without a switch, one behind the other. */
  readonly stretches: number[];
  /** Values that were chosen, in order. */
  readonly choices: number[];
}

export class ExecutionHistory {
  private columns = new Int32Array(256);
  private length = 0;
  private chosen = new Int32Array(64);
  private chosenCount = 0;
  /** Steps of the machine when the current stretch began. */
  private start = 0;

  reset(): void {
    this.length = 0;
    this.chosenCount = 0;
    this.start = 0;
  }

  /** Whether no stretch has come to its end, and nothing was chosen. */
  get isEmpty(): boolean {
    return this.length === 0 && this.chosenCount === 0;
  }

  /**
   * `context` has run until the machine had made `steps` steps. A stretch that was cut short ends before its last step;
   * one that ended by itself is told by one step more.
   */
  endStretch(context: number, steps: number, ended: boolean): void {
    const { length } = this;
    const count = steps - this.start + (ended ? 1 : 0);
    this.start = steps;
    if (length > 0 && this.columns[length - 2] === context) {
      this.columns[length - 1] = (this.columns[length - 1] as number) + count;
      return;
    }
    if (length === this.columns.length) this.columns = grown(this.columns);
    this.columns[length] = context;
    this.columns[length + 1] = count;
    this.length = length + 2;
  }

  choose(value: number): void {
    if (this.chosenCount === this.chosen.length) this.chosen = grown(this.chosen);
    this.chosen[this.chosenCount++] = value;
  }

  /** `context` runs, and the machine has made `steps` steps. */
  moment(context: number, steps: number): Moment {
    const { length } = this;
    const before =
      length > 0 && this.columns[length - 2] === context ? (this.columns[length - 1] as number) : 0;
    const begun = before > 0 ? length - 2 : length;
    return { length: begun, context, steps: before + steps - this.start, choices: this.chosenCount };
  }

  /** How it went, from the beginning up to `until`, or to the end. */
  walk(until?: Moment): Walk {
    const stretches = Array.from(this.columns.subarray(0, until?.length ?? this.length));
    if (until !== undefined) stretches.push(until.context, until.steps);
    return { stretches, choices: Array.from(this.chosen.subarray(0, until?.choices ?? this.chosenCount)) };
  }
}
