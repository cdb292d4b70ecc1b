// What somebody waits for, in English.
import type { Wait } from '../model/index.js';
import { callbackText } from './events.js';

/** Without an article at its beginning where it has none: `a spinlock`, `the end of a timer`. */
export function waitText<Who>(
  wait: Wait<Who> | { readonly on: 'told'; readonly text: string } | null,
  nameOf: (who: Who) => string,
): string {
  if (wait === null) return 'nothing';
  switch (wait.on) {
    case 'told':
      return wait.text;
    case 'thread-end':
      return `the end of ${nameOf(wait.who)}`;
    case 'thread-park':
      return `${nameOf(wait.who)} to park`;
    case 'interrupt-end':
      return `the end of the interrupt ${nameOf(wait.who)} on its CPU`;
    case 'callback-turn':
      return `its turn as a ${callbackText(wait.callback)}`;
    case 'callback-end':
      return wait.own === true
        ? 'the end of the very callback that it runs'
        : `the end of a ${callbackText(wait.callback)}`;
    case 'spinlock':
    case 'mutex':
      return wait.own === true ? `a ${wait.on} that it holds itself` : `a ${wait.on}`;
    case 'condition':
      return wait.timed === true ? 'a condition, for a limited time' : 'a condition';
    default:
      return words[wait.on];
  }
}

const words = {
  'read-lock': 'a read lock',
  'write-lock': 'a write lock',
  semaphore: 'a semaphore',
  'wait-queue-lock': 'the lock of a wait queue',
  completion: 'a completion',
  barrier: 'a barrier',
  once: 'pthread_once()',
  'atomic-section': 'an atomic section',
  'rcu-sections': 'the end of RCU read sections',
  'srcu-sections': 'the end of SRCU read sections',
  'own-srcu-section': 'the end of its own SRCU read section',
  'wake-up': 'being woken',
  unpark: 'being unparked',
  'stop-request': 'being told to stop',
  sides: 'the sides',
} as const;
