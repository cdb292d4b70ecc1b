// Ends of an execution that no primitive tells of: nobody can go on, too many steps, a trap.
import { contextsOf } from './context-set.js';
import type { Incident } from './findings.js';
import type { Machine } from './machine.js';

type Failing = Pick<Machine, 'living' | 'current' | 'limits' | 'pendingSite' | 'waitingFor'>;

/** Contexts live, and none can go on. */
export function deadlock(m: Failing): Incident {
  const blocked = contextsOf(m.living);
  const sites = blocked.map((context) => m.pendingSite[context] as number);
  const waits = blocked.map((context) => `T${context} waits for ${m.waitingFor[context] || 'nothing'}`);
  return {
    kind: 'deadlock',
    message: waits.join(', '),
    sites,
    contexts: blocked,
    key: `deadlock ${[...sites].sort((a, b) => a - b).join(' ')}`,
  };
}

export function outOfSteps(m: Failing, site: number): Incident {
  return {
    kind: 'no-progress',
    message: `no end after ${m.limits.steps} steps`,
    sites: [site],
    contexts: [m.current],
    key: 'no-progress',
  };
}

/** Thrown through the program where nothing else stops it: a loop in which it never calls the machine. */
export class EndlessLoop extends Error {
  readonly site: number;

  constructor(site: number) {
    super('a loop goes on without an operation');
    this.site = site;
  }
}

/** What WebAssembly itself stopped; null when `error` is none of the program's. */
export function crash(m: Failing, error: unknown): Incident | null {
  if (error instanceof EndlessLoop)
    return {
      kind: 'no-progress',
      message: `no end: ${error.message}`,
      sites: [error.site],
      contexts: [m.current],
      key: `no-progress ${error.site}`,
    };
  const overflow = error instanceof RangeError;
  if (!(overflow || error instanceof WebAssembly.RuntimeError)) return null;
  const { message } = error;
  return {
    kind: overflow ? 'stack-overflow' : 'crash',
    message: overflow ? 'calls nest too deep' : message,
    sites: [m.pendingSite[m.current] as number],
    contexts: [m.current],
    key: `crash ${message}`,
  };
}
