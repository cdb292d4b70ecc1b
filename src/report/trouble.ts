// What else a kernel log can tell that is not a data race: the things that must not get worse with a fix.

export type TroubleKind =
  | 'warning'
  | 'lockdep'
  | 'rcu-stall'
  | 'hung-task'
  | 'soft-lockup'
  | 'sleeping-in-atomic'
  | 'kasan'
  | 'ubsan'
  | 'oops'
  | 'panic';

/** One message of the kernel's own, cut at the lines that belong to it. */
export interface Trouble {
  readonly kind: TroubleKind;
  /** Its first telling line, without time stamp and prefix. */
  readonly title: string;
  /** Seconds since boot; null without time stamps. */
  readonly time: number | null;
  /** At most 60 lines of it as they were printed, prefixes removed. */
  readonly lines: readonly string[];
}
