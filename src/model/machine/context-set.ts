// Sets of contexts: one bit each.

/** Numbers of the contexts in a bit set. */
export function contextsOf(set: number): number[] {
  const contexts: number[] = [];
  for (let rest = set; rest !== 0; rest &= rest - 1) contexts.push(firstOf(rest));
  return contexts;
}

export function firstOf(set: number): number {
  return 31 - Math.clz32(set & -set);
}
