// KCSAN_ACCESS_* (include/linux/kcsan-checks.h, v6.12.117) and how a report words them (get_access_type() and
// get_bug_type(), kernel/kcsan/report.c, v6.12.117).

/** Bits of an access's type; without `write` it is a read. */
export const kcsanAccess = { write: 1, compound: 2, atomic: 4, assert: 8, scoped: 16 } as const;

/** `read-write (marked, reordered)`, `assert no writes` and their like. */
export function accessTypeWords(type: number): string {
  const scoped = (type & kcsanAccess.scoped) !== 0;
  if ((type & kcsanAccess.assert) !== 0) {
    const what = (type & kcsanAccess.write) !== 0 ? 'assert no accesses' : 'assert no writes';
    return scoped ? `${what} (reordered)` : what;
  }
  const what =
    (type & kcsanAccess.compound) !== 0 ? 'read-write' : (type & kcsanAccess.write) !== 0 ? 'write' : 'read';
  const how = [...((type & kcsanAccess.atomic) !== 0 ? ['marked'] : []), ...(scoped ? ['reordered'] : [])];
  return how.length === 0 ? what : `${what} (${how.join(', ')})`;
}
