// What a step is, for the shape of its mark.
import type { ReplayStep } from '../model/replay/index.js';
import type { MarkKind } from './trace.js';

const kinds: readonly (readonly [MarkKind, RegExp])[] = [
  ['atomic', /^(atomic|read \(marked\)|write \(marked\))/],
  ['read', /^(read( register)?$|copy to user)/],
  ['write', /^(write( register)?$|read-write|copy from user)/],
  ['unlock', /unlock|^up$|^rcu_read_unlock|section ends/],
  ['lock', /lock|^down|section begins/],
  ['allocate', /^allocate/],
  ['free', /^free/],
  ['callback', /^(queue|cancel|run|create|join|enable|disable) /],
  ['wait', /wait|^complete|^synchronize|^wake|sem_post/],
  ['print', /^prints/],
];

export function kindOf({ what }: Pick<ReplayStep, 'what'>): MarkKind {
  return kinds.find(([, pattern]) => pattern.test(what))?.[0] ?? 'other';
}
