// Who did what to the object of a finding, and who waits for whom, in English: phrases without a full stop, for renderers
// to lay out with their stacks.
import type {
  ModelFinding,
  ModelLock,
  ModelMissed,
  ModelMoment,
  ModelPlace,
  ModelSide,
  ModelWait,
} from '../model/index.js';
import type { StackFrame } from '../report/index.js';
import { waitText } from './waits.js';

/** One moment of a finding: what was done, how it came to that, what else there is to say. */
export interface FindingPart {
  readonly text: string;
  /** Innermost first. */
  readonly stack: readonly StackFrame[];
  readonly notes: readonly string[];
}

type Lived = Pick<ModelFinding, 'kind' | 'lifetime' | 'references'>;

/**
 * Who allocated, freed and used an object, or brought its count to where it is; empty for other findings. `told`: findings
 * whose parts the reader has seen, so that the same allocation and free are not told again.
 */
export function findingParts(finding: Lived, told: readonly Lived[] = []): FindingPart[] {
  const { kind, lifetime, references } = finding;
  if (lifetime !== null && told.some((one) => livedAlike(one, finding)))
    return [
      { ...usedPart(kind, lifetime), text: `${usedPart(kind, lifetime).text}, allocated and freed as above` },
    ];
  return [...(lifetime === null ? [] : lifetimeParts(kind, lifetime)), ...referenceParts(references)];
}

/** Whether two are about objects of one kind, allocated and freed at the same places. */
export function livedAlike(first: Lived, second: Lived): boolean {
  const [a, b] = [keyOf(first), keyOf(second)];
  return a !== null && a === b;
}

function keyOf({ kind, lifetime, references }: Lived): string | null {
  if (lifetime === null) return null;
  const { object, allocated, freed } = lifetime;
  const at = (moment: ModelMoment | null) =>
    moment === null
      ? ''
      : `${moment.side.name} ${moment.stack.map(({ file, line }) => `${file}:${line}`).join(' ')}`;
  return [
    kind,
    object,
    at(allocated),
    at(freed),
    ...references.map(({ call, place }) => `${call} ${place.line}`),
  ].join('\n');
}

function usedPart(kind: ModelFinding['kind'], { used }: NonNullable<ModelFinding['lifetime']>): FindingPart {
  return partOf(kind === 'double-free' ? 'freed again' : 'used', used);
}

function lifetimeParts(
  kind: ModelFinding['kind'],
  lifetime: NonNullable<ModelFinding['lifetime']>,
): FindingPart[] {
  const { object, bytes, allocated, freed } = lifetime;
  const what = object === null ? `an object of ${bytes} bytes` : `struct ${object}, ${bytes} bytes`;
  return [
    ...(allocated === null ? [] : [partOf(`${what}, allocated`, allocated)]),
    partOf(`${allocated === null ? `${what}, ` : ''}freed`, freed),
    usedPart(kind, lifetime),
  ];
}

function referenceParts(references: ModelFinding['references']): FindingPart[] {
  if (references.length === 0) return [];
  return [
    {
      text: 'reference count',
      stack: [],
      notes: references.map(
        ({ call, count, side, place }) =>
          `${call}()${count === null ? '' : ` to ${count}`} by ${standingText(side)} in ${placeText(place)}`,
      ),
    },
  ];
}

function partOf(what: string, moment: ModelMoment): FindingPart {
  const { side, stack, locks, queued } = moment;
  return {
    text: `${what} by ${standingText(side)}`,
    stack,
    notes: [
      ...heldTexts(locks),
      ...(queued === null ? [] : [`queued by ${standingText(queued.side)} in ${placeText(queued.place)}`]),
    ],
  };
}

/** `holds dev->lock (spinlock), taken in f() a.c:10`, one for each lock. */
export function heldTexts(locks: readonly ModelLock[]): string[] {
  if (locks.length === 0) return ['no lock held'];
  return locks.map(({ kind, name, address, taken }) => {
    const which = name ?? (Number(address) === 0 ? '' : address);
    return `holds ${which === '' ? kind : `${which} (${kind})`}, taken in ${placeText(taken)}`;
  });
}

/** One who waits, on the way from one to the other. */
export interface WaitStop {
  /** `disconnect (task) on CPU 0, in flush_work() a.c:10`. */
  readonly text: string;
  /** What it holds, what it waits for, and the event that it missed. */
  readonly notes: readonly string[];
}

export interface WaitChain {
  readonly stops: readonly WaitStop[];
  /** Whom the last one waits for: the first of the stops in a deadlock, somebody else, or null for nobody. */
  readonly end: string | null;
}

/** Each who waits is in one chain: the cycle of a deadlock, or the way to whom nobody wakes. */
export function waitChains(waits: readonly ModelWait[]): WaitChain[] {
  const left = [...waits];
  const chains: WaitChain[] = [];
  const isTarget = (wait: ModelWait) =>
    waits.some((other) => other !== wait && targetOf(other)?.name === wait.side.name);
  while (left.length > 0) {
    // Whoever is waited for by nobody begins a chain; in a cycle, anyone does.
    let next: ModelWait | undefined = left.find((wait) => !isTarget(wait)) ?? left[0];
    const stops: WaitStop[] = [];
    let end: ModelSide | null = null;
    while (next !== undefined) {
      const wait: ModelWait = next;
      left.splice(left.indexOf(wait), 1);
      stops.push(stopOf(wait));
      end = targetOf(wait);
      next = left.find(({ side }) => side.name === end?.name);
    }
    chains.push({ stops, end: end === null ? null : standingText(end) });
  }
  return chains;
}

/** Who would have to go on first. */
function targetOf({ wait, holders, side }: ModelWait): ModelSide | null {
  const holder = holders[0]?.side;
  if (holder !== undefined) return holder;
  if (wait === null || wait.on === 'told') return null;
  if (wait.on !== 'sides' && 'own' in wait && wait.own === true) return side;
  return ('who' in wait ? wait.who : undefined) ?? null;
}

function stopOf({ side, place, holds, wait, lock, holders, missed }: ModelWait): WaitStop {
  const what = waitText(wait, standingText);
  const since = holders.map(({ taken }) => ` since ${placeText(taken)}`).join(' and');
  return {
    text: `${standingText(side)}, in ${placeText(place)}`,
    notes: [
      ...heldTexts(holds),
      `waits for ${lock === null ? what : `${lock}, ${what}`}${since === '' ? '' : `, held${since}`}`,
      ...missedTexts(wait, missed),
    ],
  };
}

function missedTexts(wait: ModelWait['wait'], missed: ModelMissed | null): string[] {
  if (missed === null)
    return wait !== null && (wait.on === 'completion' || wait.on === 'wake-up') ? ['nobody wakes it'] : [];
  const { call, side, place, before } = missed;
  const when = before ? 'before it waited' : 'and it waits again';
  return [`the last ${call}() was by ${standingText(side)} in ${placeText(place)}, ${when}`];
}

/** `disconnect (task) on CPU 0`. */
function standingText({ name, context, cpu }: ModelSide): string {
  return context === 'setup' ? name : `${name} (${context}) on CPU ${cpu}`;
}

function placeText({ function: name, file, line }: ModelPlace): string {
  return `${name}() ${file.split('/').at(-1)}:${line}`;
}
