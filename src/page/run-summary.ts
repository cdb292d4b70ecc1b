// What a list of runs says of one of them.

export interface RunSummary {
  readonly id: string;
  /** `unreadable` with the reason in `problem`, else the run's state. */
  readonly state: string;
  readonly case: string | null;
  /** Those that were asked for; null for a record that cannot be read. */
  readonly engines: readonly string[] | null;
  readonly tree: string | null;
  readonly fix: string | null;
  readonly started: string | null;
  readonly verdict: string | null;
  readonly problem: string | null;
}
