// Ends of an execution that no primitive tells of: nobody can go on, a trap.

import { type Fault, faultCallee, faultSite } from '../link/index.js';
import { contextsOf } from './context-set.js';
import type { Incident } from './findings.js';
import type { Machine } from './machine.js';
import type { WaitingLoop } from './spin-loops.js';

type Failing = Pick<
  Machine,
  'living' | 'current' | 'pendingSite' | 'waitingFor' | 'exports' | 'program' | 'takeStackOverflow' | 'layout'
>;

/** Contexts live, and none can go on. */
export function deadlock(m: Failing): Incident {
  const blocked = contextsOf(m.living);
  const sites = blocked.map((context) => m.pendingSite[context] as number);
  return {
    kind: 'deadlock',
    facts: { fact: 'waits', waits: blocked.map((who) => waitOf(m, who)) },
    sites,
    contexts: blocked,
    key: `deadlock ${[...sites].sort((a, b) => a - b).join(' ')}`,
  };
}

function waitOf({ waitingFor }: Failing, who: number) {
  return { who, wait: waitingFor[who] ?? null, loops: false };
}

/** Who can go on goes round loops that wait for what nobody does; others are blocked. */
export function endlessWait(m: Failing, loops: readonly WaitingLoop[]): Incident {
  const looping = loops.flatMap(({ context, sites }) => sites.map((site) => ({ context, site })));
  const blocked = contextsOf(m.living)
    .filter((context) => !loops.some((loop) => loop.context === context))
    .map((context) => ({ context, site: m.pendingSite[context] as number }));
  const places = [...looping, ...blocked];
  const waits = [
    ...loops.map(({ context }) => ({ who: context, wait: null, loops: true })),
    ...blocked.map(({ context }) => waitOf(m, context)),
  ];
  return {
    kind: 'no-progress',
    facts: { fact: 'waits', waits },
    sites: places.map(({ site }) => site),
    contexts: places.map(({ context }) => context),
    key: `no-progress ${[...new Set(places.map(({ site }) => site))].sort((a, b) => a - b).join(' ')}`,
    loops,
  };
}

/** Thrown through the program where nothing else stops it: a loop that it cannot leave, and never calls the machine in. */
export class EndlessLoop extends Error {
  readonly site: number;

  constructor(site: number) {
    super('endless-loop');
    this.site = site;
  }
}

/** The same for a loop, or for calls, of which nobody knows whether they come to an end. */
export class LongLoop extends Error {
  readonly site: number;

  constructor(site: number) {
    super('long-loop');
    this.site = site;
  }
}

/** What WebAssembly itself stopped; null when `error` is none of the program's. */
export function crash(m: Failing, error: unknown): Incident | null {
  if (error instanceof EndlessLoop)
    return {
      kind: 'no-progress',
      facts: { fact: 'endless-loop' },
      sites: [error.site],
      contexts: [m.current],
      key: `no-progress ${error.site}`,
    };
  const overflow = error instanceof RangeError;
  if (!(overflow || error instanceof WebAssembly.RuntimeError)) return null;
  const overflown = m.takeStackOverflow();
  if (overflown !== 0)
    return {
      kind: 'stack-overflow',
      facts: { fact: 'stack', who: m.current, bytes: m.layout.stackBytes },
      sites: [overflown],
      contexts: [m.current],
      key: `stack-overflow ${overflown}`,
    };
  const { message: text } = error as Error;
  // Of what a load or a store does, V8 alone tells.
  const fault = overflow || text.startsWith('memory access') ? null : faultOf(m);
  const site = fault?.site ?? (m.pendingSite[m.current] as number);
  return {
    kind: overflow ? 'stack-overflow' : 'crash',
    facts: overflow ? { fact: 'recursion' } : { fact: 'trap', fault: fault?.fault ?? null, text },
    sites: [site],
    contexts: [m.current],
    key: fault === null ? `crash ${overflow ? 'recursion' : text}` : `crash ${site}`,
  };
}

/** The instruction that stopped the program, where the program says where it stands; null for a load or a store. */
function faultOf({ exports, program }: Failing): { readonly site: number; readonly fault: Fault } | null {
  const value = (name: string) => Number((exports[name] as WebAssembly.Global | undefined)?.value ?? 0);
  const site = value(faultSite);
  const fault = site === 0 ? null : program.faultAt(site, value(faultCallee));
  return fault === null ? null : { site, fault };
}
