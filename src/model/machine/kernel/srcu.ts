// Sleepable RCU (kernel/rcu/srcutree.c, v6.12): read sections of one domain, which may sleep and which only grace periods
// of that domain wait for. The domain is known by its address; the word there is what readers and updaters touch.
import { maxContexts } from '../../detect/index.js';
import type { StepEvent } from '../events.js';
import type { Machine } from '../machine.js';
import { misuse } from '../misuse.js';
import { type Import, noFootprint } from '../types.js';
import { waits } from '../waits.js';
import type { Callbacks } from './callbacks.js';
import { type CpuState, maySleep } from './cpu.js';
import { type GracePeriod, GracePeriods } from './grace-periods.js';
import { objectSlot } from './object.js';

const events = {
  enter: { kind: 'acquire', lock: 'SRCU', mode: 'read', call: 'srcu_read_lock', tried: false },
  leave: { kind: 'release', lock: 'SRCU', call: 'srcu_read_unlock' },
} as const;

interface Domain {
  readonly depth: Int32Array;
  readonly periods: GracePeriods;
  /** Callbacks that were posted in it. */
  readonly posted: number[];
}

/** Stands for all callbacks of a domain. */
const callbacksWord = (domain: number) => domain + 4;

export function srcuImports(m: Machine, cpu: CpuState, callbacks: Callbacks): Record<string, Import> {
  const domains = m.perExecution(new Map<number, Domain>());
  const own = m.perExecution(new Map<number, GracePeriod>());
  const barriers = m.perExecution(new Map<number, number[]>());
  /** Null: return at once. */
  const domainOf = (address: number, site: number): Domain | null => {
    if (objectSlot(m, address, 'other', site) === 0) return null;
    const known = domains.get(address);
    if (known !== undefined) return known;
    const depth = new Int32Array(maxContexts);
    const domain = { depth, periods: new GracePeriods(m, (context) => depth[context] !== 0), posted: [] };
    domains.set(address, domain);
    return domain;
  };
  /** A grace period that begins now, in a call whose stage is 0 until it has; null: return at once. */
  const begin = (address: number, event: StepEvent, site: number): GracePeriod | null => {
    const { current } = m;
    if (m.stage[current] === 0) {
      const domain = domainOf(address, site);
      if (domain === null || !m.reach(address, 4, true, 0, 0, site)) return null;
      m.tracer?.event(current, event, site, address, 0);
      own.set(current, domain.periods.begin());
      m.stage[current] = 1;
    }
    return own.get(current) as GracePeriod;
  };
  const synchronize = (address: number, site: number) => {
    const { current } = m;
    if (!maySleep(m, cpu, 'synchronize_srcu', site)) return;
    const inside = domains.get(address)?.depth[current] ?? 0;
    m.waitingFor[current] = waits[inside > 0 ? 'own-srcu-section' : 'srcu-sections'];
    const period = begin(address, { kind: 'wait', call: 'synchronize_srcu' }, site);
    if (period === null) return;
    // It never ends within a section of the same domain: that is a deadlock.
    const gate = inside > 0 ? never() : period.slot << 1;
    if (!m.reach(noFootprint, 0, false, gate, 0, site)) return;
    m.stage[current] = 0;
    m.acquire(period.slot);
  };
  const never = () => m.sync.create(0, 'other') << 1;
  const call = (address: number, head: number, pointer: number, site: number) => {
    const entry = m.functionAt(pointer);
    const period = begin(address, { kind: 'operation', call: 'call_srcu' }, site);
    if (entry === null || period === null) return;
    const { slot } = period;
    const run = () => {
      m.acquire(slot);
      return { context: 'softirq', call: () => entry(head) } as const;
    };
    const spec = {
      kind: 'SRCU-callback',
      context: 'softirq',
      kindWord: callbacksWord(address),
      gate: slot << 1,
      begin: run,
    } as const;
    const posted = callbacks.post(head, spec, site);
    if (posted === null) return;
    m.stage[m.current] = 0;
    domains.get(address)?.posted.push(head);
    if (posted === 0) misuse(m, { problem: 'posted-twice', call: 'call_srcu' }, site, 'double-free');
  };
  return {
    init_srcu_struct: () => 0,
    init_srcu_struct_generic: () => 0,
    cleanup_srcu_struct: (address: number, site: number) => {
      if (domainOf(address, site) === null || !m.reach(address, 4, true, 0, 0, site)) return;
      if (domains.get(address)?.depth.some((depth) => depth > 0))
        misuse(m, { problem: 'readers-inside', call: 'cleanup_srcu_struct' }, site);
    },
    __srcu_read_lock: (address: number, site: number) => {
      const domain = domainOf(address, site);
      if (domain === null || !m.reach(address, 4, false, 0, 0, site)) return 0;
      m.tracer?.event(m.current, events.enter, site, address, 0);
      const depth = domain.depth[m.current] as number;
      if (depth === 0) domain.periods.entered();
      domain.depth[m.current] = depth + 1;
      return 0;
    },
    __srcu_read_unlock: (address: number, _index: number, site: number) => {
      const domain = domainOf(address, site);
      if (domain === null) return;
      const depth = domain.depth[m.current] as number;
      if (depth === 0) {
        misuse(m, { problem: 'outside-section', call: 'srcu_read_unlock' }, site);
        return;
      }
      if (!m.reach(address, 4, false, 0, 0, site)) return;
      m.tracer?.event(m.current, events.leave, site, address, 0);
      domain.depth[m.current] = depth - 1;
      if (depth === 1) domain.periods.left();
    },
    synchronize_srcu: synchronize,
    synchronize_srcu_expedited: synchronize,
    call_srcu: call,
    srcu_barrier: (address: number, site: number) => {
      if (!maySleep(m, cpu, 'srcu_barrier', site)) return;
      let left = barriers.get(m.current);
      if (left === undefined) {
        if (!m.reach(callbacksWord(address), 4, true, 0, 0, site)) return;
        left = callbacks.unfinished(domains.get(address)?.posted ?? []);
        barriers.set(m.current, left);
      }
      while (left.length > 0) {
        if (callbacks.flush(left[0] as number, site, false) === null) return;
        left.shift();
      }
      barriers.delete(m.current);
    },
  };
}
