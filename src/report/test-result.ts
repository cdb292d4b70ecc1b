// KTAP results (Documentation/dev-tools/ktap.rst, v6.12), flattened: one entry a test case or suite.

export interface TestResult {
  /** Suite and case, outermost first: `['tw686x', 'streamoff_vs_delay']`. */
  readonly path: readonly string[];
  /** `crashed`: it began and no result line followed. */
  readonly status: 'passed' | 'failed' | 'skipped' | 'crashed';
  /** Text behind `# SKIP`, or null. */
  readonly reason: string | null;
  /** Diagnostic lines that belong to it, without their `# `. */
  readonly diagnostics: readonly string[];
  /** Seconds since boot at its result line; null without time stamps. */
  readonly time: number | null;
}

/** A suite, or the whole document, that announced more results than came: the log is cut off, or lines are lost. */
export interface MissingResults {
  /** Suite, outermost first; empty for the outermost plan. */
  readonly path: readonly string[];
  readonly planned: number;
  readonly seen: number;
  /** Seconds since boot where it ended; null without time stamps. */
  readonly time: number | null;
}
