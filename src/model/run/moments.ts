// What contexts did in a replayed execution, with stack and locks: to the object of a finding, and to what somebody waits
// for in vain.
import type { StackFrame } from '../../report/index.js';
import type { ModelSide } from '../basics.js';
import type { HeldLock, Incident } from '../machine/index.js';
import type { CallStack, HeapBlock, Replay, ReplayedWait, ReplayStep } from '../replay/index.js';
import type { ModelLifetime, ModelLock, ModelMissed, ModelMoment, ModelReference } from '../types.js';
import { heldKind } from './lock-names.js';
import { callerPlace } from './source-names.js';
import { type NamingContext, namesIn } from './step-names.js';
import { lockLabelOf } from './variables.js';

export interface MomentContext extends NamingContext {
  readonly sideOf: (context: number) => ModelSide;
}

/** Where somebody was: of a step, or of what ended a context. */
type Standing = Pick<ReplayStep, 'context' | 'site' | 'calls' | 'locks'>;

export interface Moments {
  lockOf(held: HeldLock): ModelLock;
  stackOf(standing: Pick<Standing, 'site' | 'calls'>): StackFrame[];
  /** Null where the incident is about no object that was freed, or the replay does not show it. */
  lifetimeOf(incident: Incident): ModelLifetime | null;
  referencesOf(incident: Incident): ModelReference[];
  missedBy(wait: ReplayedWait): ModelMissed | null;
}

export function momentsIn(replay: Replay, context: MomentContext): Moments {
  const { steps, blocks, ends } = replay;
  const { names, variables, program, sideOf } = context;
  const naming = namesIn(context, blocks);
  const lockOf = (held: HeldLock): ModelLock => {
    const { address, site, lock } = held;
    const variable = address === 0 ? null : variables.at({ address, size: 0, sites: [], blocks });
    const named = address === 0 ? null : naming.lockName({ lock, address, site });
    return {
      kind: heldKind(held),
      mode: held.mode,
      name: variable === null ? (named?.startsWith('0x') ? null : named) : lockLabelOf(variable),
      address: `0x${(address >>> 0).toString(16)}`,
      taken: names.place(site),
    };
  };
  const stackOf: Moments['stackOf'] = ({ site, calls }) => {
    const frames = names.frames(site);
    for (let call: CallStack = calls; call !== null; call = call.caller)
      frames.push(...names.frames(call.site));
    return frames;
  };
  const momentOf = (standing: Standing, index: number): ModelMoment => ({
    side: sideOf(standing.context),
    place: names.place(standing.site),
    stack: stackOf(standing),
    locks: standing.locks.map(lockOf),
    queued: queuedOf(standing.context, index),
  });
  /** Who made the callback pending that `context` runs at the step of that index. */
  const queuedOf = (who: number, index: number): ModelMoment['queued'] => {
    const run = lastIndex(steps, index, (step) => step.context === who && isCallback(step, 'run'));
    const object = steps[run]?.address;
    const queue = lastIndex(steps, run, (step) => step.address === object && isCallback(step, 'queue'));
    const found = steps[queue];
    return run < 0 || found === undefined || found.site === 0
      ? null
      : { side: sideOf(found.context), place: callerPlace(names, found.site) };
  };
  /** The context that an incident ended: it made no step of it. */
  const endOf = (incident: Incident): Standing | null => {
    const [who] = incident.contexts;
    const [site] = incident.sites;
    const end = who === undefined ? undefined : ends[who];
    const isShown = replay.incidents.some(({ key }) => key === incident.key);
    return who === undefined || site === undefined || end === undefined || !isShown
      ? null
      : { context: who, site, ...end };
  };
  const structOf = (block: HeapBlock): string | null => {
    const variable = variables.at({ address: block.address, size: 0, sites: [], blocks });
    return variable?.object?.split(/[.[]/)[0] ?? variable?.struct ?? null;
  };
  return {
    lockOf,
    stackOf,
    lifetimeOf(incident) {
      const block = freedBlockOf(incident, blocks);
      const used = block === null ? null : endOf(incident);
      if (block === null || used === null) return null;
      const at = (kind: 'allocate' | 'free') => {
        const index = steps.findLastIndex(
          ({ event, address }) => event.kind === kind && address === block.address,
        );
        return steps[index] === undefined ? null : momentOf(steps[index], index);
      };
      const freed = at('free');
      if (freed === null) return null;
      return {
        object: structOf(block),
        bytes: block.size,
        allocated: at('allocate'),
        freed,
        used: momentOf(used, steps.length),
      };
    },
    referencesOf(incident) {
      const { address } = incident;
      if (address === undefined || !/^(?:use-after-free|double-free)$/.test(incident.kind)) return [];
      const block = blockAt(address, blocks);
      const [from, to] =
        block === undefined ? [address, address + 4] : [block.address, block.address + block.size];
      return steps.flatMap((step, index) => {
        if (step.size !== 4 || step.address < from || step.address >= to || !changes(step)) return [];
        const call = countCall(program.debug.scopesAt(step.site).map(({ name }) => name));
        return call === null ? [] : [{ ...momentOf(step, index), call, count: step.value }];
      });
    },
    missedBy({ context: waiter, wait, address }) {
      if (wait === null || !events.has(wait.on)) return null;
      const begun = steps.findLastIndex(
        (step) => step.context === waiter && step.event.kind === 'wait' && step.address !== 0,
      );
      const on = address === 0 ? steps[begun]?.address : address;
      const index = steps.findLastIndex(
        (step) => step.context !== waiter && step.event.kind === 'post' && step.address === on,
      );
      const step = steps[index];
      if (on === undefined || step?.event.kind !== 'post') return null;
      const before = address === 0 ? index < begun : index < lastStepOf(steps, waiter);
      return { ...momentOf(step, index), call: step.event.call, before };
    },
  };
}

/** What another context has to bring about, and no lock. */
const events: ReadonlySet<string> = new Set(['condition', 'wake-up', 'completion']);

function blockAt(address: number, blocks: readonly HeapBlock[]): HeapBlock | undefined {
  return blocks.findLast((one) => address >= one.address && address < one.address + Math.max(one.size, 1));
}

function freedBlockOf({ kind, address }: Incident, blocks: readonly HeapBlock[]): HeapBlock | null {
  if (address === undefined || (kind !== 'use-after-free' && kind !== 'double-free')) return null;
  const block = blockAt(address, blocks);
  return block === undefined || block.freeSite === 0 || block.isThreads ? null : block;
}

function changes({ event }: ReplayStep): boolean {
  return event.kind === 'access' && event.access !== 'read';
}

/** `kref_get`, of what is inlined at a place, innermost first; null where no count is changed there. */
function countCall(inlined: readonly string[]): string | null {
  return inlined.findLast((name) => /^(?:refcount|kref)_/.test(name)) ?? null;
}

function isCallback({ event }: ReplayStep, does: 'queue' | 'run'): boolean {
  return event.kind === 'callback' && event.does === does;
}

function lastStepOf(steps: readonly ReplayStep[], context: number): number {
  return steps.findLastIndex((step) => step.context === context);
}

/** The last index below `end`; -1 when there is none. */
function lastIndex(steps: readonly ReplayStep[], end: number, is: (step: ReplayStep) => boolean): number {
  for (let index = Math.min(end, steps.length) - 1; index >= 0; index--)
    if (is(steps[index] as ReplayStep)) return index;
  return -1;
}
