// What a context waits for, as primitives say it of the one that runs.
import type { CallbackKind } from './events.js';

/** Of which nothing more is to be said than `own` and `timed`. */
export const plainWaits = [
  'spinlock',
  'mutex',
  'read-lock',
  'write-lock',
  'semaphore',
  'wait-queue-lock',
  'completion',
  'condition',
  'barrier',
  'once',
  'atomic-section',
  'rcu-sections',
  'srcu-sections',
  'own-srcu-section',
  'wake-up',
  'unpark',
  'stop-request',
  /** Setup waits for the sides of its test. */
  'sides',
] as const;

type PlainWait = (typeof plainWaits)[number];

/** `Who`: a context, by its number in the machine. */
export type Wait<Who = number> =
  /** `own`: a lock that it holds itself. `timed`: a time limit frees it in the end. */
  | { readonly on: PlainWait; readonly own?: boolean | undefined; readonly timed?: boolean | undefined }
  | { readonly on: 'thread-end' | 'thread-park' | 'interrupt-end'; readonly who: Who }
  /** Its own turn to run it, or its end; `own`: of the very one that it runs. */
  | {
      readonly on: 'callback-turn' | 'callback-end';
      readonly callback: CallbackKind | null;
      readonly own?: boolean | undefined;
      /** Who runs it, or is to. */
      readonly who?: Who | undefined;
    };

/** Each made once: a context says what it waits for at every lock that it takes. */
export const waits = Object.fromEntries(plainWaits.map((on) => [on, { on }])) as unknown as Readonly<
  Record<PlainWait, Wait>
>;
export const ownLock = {
  spinlock: { on: 'spinlock', own: true },
  mutex: { on: 'mutex', own: true },
} as const satisfies Record<string, Wait>;
/** What a time limit frees in the end. */
export const timedWait: Wait = { on: 'condition', timed: true };

export function isTimed(wait: Wait | null | undefined): boolean {
  return wait === timedWait;
}

/** The same wait of whoever the contexts are. */
export function waitOf<Who>(wait: Wait, nameOf: (context: number) => Who): Wait<Who> {
  switch (wait.on) {
    case 'thread-end':
    case 'thread-park':
    case 'interrupt-end':
      return { ...wait, who: nameOf(wait.who) };
    case 'callback-turn':
    case 'callback-end': {
      const { who, ...rest } = wait;
      return who === undefined ? rest : { ...rest, who: nameOf(who) };
    }
    default:
      return wait;
  }
}
