// Figures as a sentence needs them.

/** `3.1 %`, with two significant digits; what is smaller than a millionth is called so. */
export function percent(share: number): string {
  if (share > 0 && share < 1e-6) return 'less than 0.0001 %';
  return `${Number((share * 100).toPrecision(2))} %`;
}

export function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

/** `0.42`: two significant digits. */
export function significant(value: number): string {
  return String(Number(value.toPrecision(2)));
}
