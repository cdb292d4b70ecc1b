// What CONFIG_KCSAN_PERMISSIVE ignores (kernel/kcsan/permissive.h, v6.12.117): plain reads of which one bit changed, but
// for what looks like a boolean.

/** `word`: bytes of a long. The values are unsigned. */
export function ignoresDataRace(
  size: number,
  type: number,
  old: bigint,
  now: bigint,
  diff: bigint,
  word: number,
): boolean {
  if (type !== 0 || size > word) return false;
  const oneBit = diff !== 0n && (diff & (diff - 1n)) === 0n;
  return oneBit && !((old === 0n || now === 0n) && diff === 1n);
}
