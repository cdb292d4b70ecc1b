// Where a console has lost characters, as far as somebody can tell.

/**
 * - `result`: a KTAP result under a name that its own lines contradict; it is nobody's
 * - `counts`: what the harness counted does not fit its checksum
 * - `dropped`: the kernel itself says that it printed less than it had to say
 * - `unvouched`: the guest's second channel announced something else (include/millrace_channel.h)
 * - `unknown-test`: a result of a test that the case does not have
 */
export type DamageKind = 'result' | 'counts' | 'dropped' | 'unvouched' | 'unknown-test';

export interface Damage {
  readonly kind: DamageKind;
  /** What stands there, at most 200 characters; empty where whole lines are missing. */
  readonly text: string;
  /** Seconds since boot; null without time stamps. */
  readonly time: number | null;
}

/** Characters of a damaged place that are kept. */
export const maxDamageText = 200;
