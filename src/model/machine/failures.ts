// Ends of an execution that no primitive tells of: nobody can go on, a trap.

import { type Fault, type FunctionType, faultCallee, faultSite } from '../link/index.js';
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
  const waits = blocked.map((context) => `T${context} waits for ${m.waitingFor[context] || 'nothing'}`);
  return {
    kind: 'deadlock',
    message: waits.join(', '),
    sites,
    contexts: blocked,
    key: `deadlock ${[...sites].sort((a, b) => a - b).join(' ')}`,
  };
}

/** Who can go on goes round loops that wait for what nobody does; others are blocked. */
export function endlessWait(m: Failing, loops: readonly WaitingLoop[]): Incident {
  const looping = loops.flatMap(({ context, sites }) => sites.map((site) => ({ context, site })));
  const blocked = contextsOf(m.living)
    .filter((context) => !loops.some((loop) => loop.context === context))
    .map((context) => ({ context, site: m.pendingSite[context] as number }));
  const places = [...looping, ...blocked];
  const waits = [
    ...loops.map(({ context }) => `T${context} waits in a loop`),
    ...blocked.map(({ context }) => `T${context} waits for ${m.waitingFor[context] || 'nothing'}`),
  ];
  return {
    kind: 'no-progress',
    message: `nobody can go on: ${waits.join(', ')}`,
    sites: places.map(({ site }) => site),
    contexts: places.map(({ context }) => context),
    key: `no-progress ${[...new Set(places.map(({ site }) => site))].sort((a, b) => a - b).join(' ')}`,
    loops,
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
  const overflown = m.takeStackOverflow();
  if (overflown !== 0)
    return {
      kind: 'stack-overflow',
      message: `the stack of T${m.current} has ${m.layout.stackBytes / 1024} KiB, and a function needs more`,
      sites: [overflown],
      contexts: [m.current],
      key: `stack-overflow ${overflown}`,
    };
  const { message: words } = error as Error;
  // Of what a load or a store does, V8 alone tells.
  const fault = overflow || words.startsWith('memory access') ? null : faultOf(m);
  const told = fault === null ? words : wordsOf(fault.fault, words);
  const message = overflow ? 'calls nest too deep' : told;
  const site = fault?.site ?? (m.pendingSite[m.current] as number);
  return {
    kind: overflow ? 'stack-overflow' : 'crash',
    message,
    sites: [site],
    contexts: [m.current],
    key: fault === null ? `crash ${message}` : `crash ${site}`,
  };
}

/** The instruction that stopped the program, where the program says where it stands; null for a load or a store. */
function faultOf({ exports, program }: Failing): { readonly site: number; readonly fault: Fault } | null {
  const value = (name: string) => Number((exports[name] as WebAssembly.Global | undefined)?.value ?? 0);
  const site = value(faultSite);
  const fault = site === 0 ? null : program.faultAt(site, value(faultCallee));
  return fault === null ? null : { site, fault };
}

function wordsOf(fault: Fault, words: string): string {
  switch (fault.kind) {
    case 'trap':
      return 'a trap: __builtin_trap(), or what was said to be unreachable';
    case 'division':
    case 'conversion':
      return words;
    case 'call':
      return `call of ${fault.callee}() with other arguments than it is defined with`;
    case 'call through a pointer': {
      const { callee, pointer, passed } = fault;
      if (callee === null)
        return pointer === 0
          ? 'call through a null pointer'
          : 'call through a pointer that points to no function';
      return `call of ${callee.name}() through a pointer of another type: it is ${typeWords(callee.type)}, and called as ${typeWords(passed)}`;
    }
  }
}

/** Of WebAssembly's types, since those are what has to agree: a pointer is an int. */
function typeWords({ parameters, results }: FunctionType): string {
  const words: Record<number, string> = { 127: 'int', 126: 'long long', 125: 'float', 124: 'double' };
  const list = (types: readonly number[]) => types.map((type) => words[type] ?? '?').join(', ') || 'void';
  return `${list(results)} (${list(parameters)})`;
}
