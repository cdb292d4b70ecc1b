import { closestMatch } from 'leven';

/** `did you mean "x"?` for the nearest of `candidates`, or undefined when none is near. */
export function didYouMean(name: string, candidates: Iterable<string>): string | undefined {
  const limit = Math.ceil(name.length / 3);
  const match = closestMatch(name, [...candidates], { maxDistance: limit });
  return match === undefined || match === name ? undefined : `Did you mean "${match}"?`;
}
