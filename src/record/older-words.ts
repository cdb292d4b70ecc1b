// What versions before 0.10 stored in words, read once more: the one place that does so. What is not known stays as it
// was told.
import type { RecordedEvent, StepEvent } from '../model/index.js';

const callbacks = {
  timer: 'timer',
  hrtimer: 'hrtimer',
  'work item': 'work-item',
  'delayed work item': 'delayed-work-item',
  tasklet: 'tasklet',
  softirq: 'softirq',
  interrupt: 'interrupt',
  'interrupt thread': 'interrupt-thread',
  'RCU callback': 'RCU-callback',
  'SRCU callback': 'SRCU-callback',
  'kfree_rcu()': 'kfree_rcu',
} as const;

const readers: readonly [RegExp, (groups: Readonly<Record<string, string>>) => StepEvent][] = [
  [
    /^(?<access>read-write|read|write)(?<how> \(marked\)| register)?$/,
    ({ access, how = '' }) => ({
      kind: 'access',
      access: access as 'read',
      how: how === '' ? 'plain' : how === ' register' ? 'register' : 'marked',
    }),
  ],
  [/^atomic load$/, () => ({ kind: 'access', access: 'read', how: 'atomic', operation: 'load' })],
  [/^atomic store$/, () => ({ kind: 'access', access: 'write', how: 'atomic', operation: 'store' })],
  [
    /^atomic (?<operation>[a-z-]+)$/,
    ({ operation }) => ({ kind: 'access', access: 'read-write', how: 'atomic', operation }),
  ],
  [
    /^copy (?<way>to|from) user$/,
    ({ way }) => ({ kind: 'access', access: way === 'to' ? 'read' : 'write', how: 'user' }),
  ],
  [
    /^(?<call>(arch_)?spin_lock\w*)$/,
    ({ call = '' }) => ({ kind: 'acquire', lock: 'spinlock', mode: 'exclusive', call, tried: false }),
  ],
  [/^(?<call>(arch_)?spin_unlock\w*)$/, ({ call = '' }) => ({ kind: 'release', lock: 'spinlock', call })],
  [
    /^(?<does>queue|cancel|run) (?<callback>\D+)$/,
    ({ does, callback = '' }) => ({
      kind: 'callback',
      does: does as 'queue',
      callback: callbacks[callback as keyof typeof callbacks] ?? null,
    }),
  ],
  [/^stalls (?<us>[\d.]+) us, watching$/, ({ us }) => ({ kind: 'watch', nanoseconds: Number(us) * 1000 })],
  [/^reports the race$/, () => ({ kind: 'report', limited: false })],
  [/^has just reported this race$/, () => ({ kind: 'report', limited: true })],
];

/** A step that was `spin_lock_irqsave`, `write register` and the like. */
export function eventTold(text: string): RecordedEvent {
  for (const [words, read] of readers) {
    const match = words.exec(text);
    if (match !== null) return read(match.groups ?? {});
  }
  return { kind: 'told', text };
}

/** `object` with what an older version called `before`, in words, as `after`. */
export function withoutWords(
  before: string,
  after: string,
  read: (text: string) => unknown,
): (object: unknown) => unknown {
  return (object) => {
    if (typeof object !== 'object' || object === null || !(before in object)) return object;
    const { [before]: text, ...rest } = object as Record<string, unknown>;
    return typeof text === 'string' ? { [after]: read(text), ...rest } : object;
  };
}

/** A finding with the sentence of an older version. */
export const factsTold = withoutWords('message', 'facts', (text) => ({ fact: 'told', text }));
