// Counted things in a sentence.

/** `report` of one, `reports` of any other number. */
export function nounFor(count: number, one: string, many = `${one}s`): string {
  return count === 1 ? one : many;
}

/** `1 report`, `2000 reports`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${nounFor(count, one, many)}`;
}
