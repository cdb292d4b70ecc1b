// What a step does, in a line.
import type { ReplayStep } from '../model/replay/index.js';

export function stepText({ what, address, size, value }: ReplayStep, name: string | null): string {
  if (size === 0) return name === null ? what : `${what} ${name}`;
  const place = name ?? `0x${(address >>> 0).toString(16)}`;
  return value === null ? `${what} ${place}` : `${what} ${place}: ${value}`;
}
