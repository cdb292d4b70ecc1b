// What happens in an execution, in English: the one place that words an event.
import type { CallbackKind, RecordedEvent } from '../model/index.js';

/** `read (marked)`, `spin_lock_irqsave`, `run timer` …: without what it is about. */
export function eventText(event: RecordedEvent): string {
  switch (event.kind) {
    case 'access':
      return accessText(event);
    case 'acquire':
      return event.tried ? `${event.call}: taken` : event.call;
    case 'nesting':
      return event.deeper ? `${event.call}: held already` : `${event.call}: still held`;
    case 'try':
      return `${event.call}: ${outcomes[event.on][event.success ? 0 : 1]}`;
    case 'post':
      return event.idle === true ? `${event.call}: nobody waits` : event.call;
    case 'release':
    case 'downgrade':
    case 'wait':
    case 'operation':
      return event.call;
    case 'callback':
      return `${event.does} ${callbackText(event.callback)}`;
    case 'interrupt-line':
      return `${event.does} interrupt ${event.irq}`;
    case 'thread':
      return `${event.does} T${event.thread}`;
    case 'section':
      return event.does === 'begin' ? 'atomic section begins' : 'atomic section ends';
    case 'allocate':
      return `allocate ${event.bytes}`;
    case 'open':
      return `open ${event.file}`;
    case 'print':
      return `prints ${JSON.stringify(event.text)}`;
    case 'choice':
      return `choice ${event.value} of ${event.count}`;
    case 'time':
      return `${durationText(event.nanoseconds)} pass`;
    case 'watch':
      return `stalls ${event.nanoseconds / 1000} us, watching`;
    case 'report':
      return event.limited ? 'has just reported this race' : 'reports the race';
    case 'told':
      return event.text;
    case 'fence':
    case 'exit':
    case 'free':
      return event.kind;
  }
}

const outcomes = {
  lock: ['taken', 'busy'],
  semaphore: ['taken', 'busy'],
  completion: ['done', 'not done'],
} as const;

function accessText({ access, how, operation }: Extract<RecordedEvent, { kind: 'access' }>): string {
  switch (how) {
    case 'plain':
      return access;
    case 'marked':
      return `${access} (marked)`;
    case 'register':
      return `${access} register`;
    case 'atomic':
      return `atomic ${operation}`;
    case 'user':
      return access === 'read' ? 'copy to user' : 'copy from user';
  }
}

/** With what it is about and the value. `name`: null for nothing. */
export function stepText(event: RecordedEvent, name: string | null, value: string | null): string {
  const what = name === null ? eventText(event) : `${eventText(event)} ${name}`;
  const text = value === null ? what : `${what}: ${value}`;
  return event.kind === 'access' && event.old !== undefined ? `${text} ${oldText(event)}` : text;
}

function oldText({ access, old }: Extract<RecordedEvent, { kind: 'access' }>): string {
  const unseen = old?.unseen ?? 0;
  if (access !== 'read')
    return `(comes before ${unseen === 1 ? 'a write' : `${unseen} writes`} made earlier)`;
  const newer = unseen === 1 ? 'a newer write' : `${unseen} newer writes`;
  return old?.context == null ? `(as it was; ${newer} not seen)` : `(by T${old.context}; ${newer} not seen)`;
}

export function callbackText(kind: CallbackKind | null): string {
  switch (kind) {
    case null:
      return 'callback';
    case 'kfree_rcu':
      return 'kfree_rcu()';
    default:
      return kind.replaceAll('-', ' ');
  }
}

const units = [
  [1e9, 's'],
  [1e6, 'ms'],
  [1e3, 'us'],
  [1, 'ns'],
] as const;

function durationText(nanoseconds: number): string {
  const [size, unit] = units.find(([bound]) => nanoseconds >= bound) ?? [1, 'ns'];
  return `${Number((nanoseconds / size).toPrecision(3))} ${unit}`;
}
