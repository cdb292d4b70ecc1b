// What a list of runs says of one of them.

export interface RunSummary {
  readonly id: string;
  /** `unreadable` with the reason in `problem`, else the run's state. */
  readonly state: string;
  readonly case: string | null;
  readonly engine: string | null;
  /** Of the model engine. */
  readonly detector: string | null;
  readonly tree: string | null;
  readonly fix: string | null;
  readonly started: string | null;
  readonly verdict: string | null;
  readonly problem: string | null;
}
