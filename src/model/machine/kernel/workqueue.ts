// Work items (kernel/workqueue.c, v6.12). An item runs in a task of its own, any two at a time but one only once; items
// of an ordered workqueue run one behind the other. struct work_struct on wasm32: data 0, entry 4, func 12; struct
// delayed_work begins with one.
import { useObject } from '../accesses.js';
import type { Machine } from '../machine.js';
import type { Import } from '../types.js';
import type { CallbackSpec } from './callback.js';
import type { Callbacks } from './callbacks.js';
import { type CpuState, maySleep } from './cpu.js';
import { handleWord } from './object.js';

const functionOffset = 12;
/** WORK_STRUCT_PENDING. */
const pendingBit = 1;
/** __WQ_ORDERED. */
const orderedFlag = 1 << 17;
const workqueueBytes = 64;

export interface Workqueue {
  readonly imports: Record<string, Import>;
  /** Makes an item pending, as a caller of schedule_work() does. */
  queue(work: number): void;
}

type WorkKind = 'work-item' | 'delayed-work-item';

export function workqueue(m: Machine, cpu: CpuState, callbacks: Callbacks): Workqueue {
  /** By workqueue: gate that is open while no item of an ordered one runs. */
  const orderedSlots = m.perExecution(new Map<number, number>());
  const queueOf = m.perExecution(new Map<number, number>());
  const disabled = m.perExecution(new Map<number, number>());
  /** By context: items that it has still to wait for. */
  const flushing = m.perExecution(new Map<number, number[]>());
  /** What stands for all items of a queue. */
  const wordOf = (queue: number) => handleWord(m, queue);
  const spec = (work: number, queue: number, kind: WorkKind): CallbackSpec => {
    const slot = orderedSlots.get(queue);
    const leave = () => {
      if (slot === undefined) return null;
      m.sync.gates[slot << 1] = 1;
      m.release(slot);
      return null;
    };
    return {
      kind,
      context: 'task',
      // work_pending() looks at it.
      mark: (pending) => {
        const data = m.words[work >> 2] as number;
        m.words[work >> 2] = pending ? data | pendingBit : data & ~pendingBit;
      },
      refuse: () => (disabled.get(work) ?? 0) > 0,
      kindWord: wordOf(queue),
      ...(slot === undefined ? {} : { gate: slot << 1, turnWord: wordOf(queue) + 4 }),
      begin: () => {
        const entry = m.functionAt(m.words[(work + functionOffset) >> 2] as number);
        if (entry === null) return null;
        if (slot !== undefined) {
          m.sync.gates[slot << 1] = 0;
          m.acquire(slot);
        }
        return { context: 'task', call: () => entry(work), next: leave };
      },
    };
  };
  const queue = (kind: WorkKind) => (queueAddress: number, work: number, site: number) => {
    queueOf.set(work, queueAddress);
    return callbacks.post(work, spec(work, queueAddress, kind), site) === 1 ? 1 : 0;
  };
  const queueWork = queue('work-item');
  const queueDelayed = queue('delayed-work-item');
  const cancelSync = (work: number, site: number, then?: () => void): number =>
    maySleep(m, cpu, 'cancel_work_sync', site) ? (callbacks.cancelSync(work, site, then) ?? 0) : 0;
  const flush = (work: number, site: number): number =>
    maySleep(m, cpu, 'flush_work', site) ? (callbacks.flush(work, site) ?? 0) : 0;
  const flushQueue = (queueAddress: number, site: number): boolean => {
    if (!maySleep(m, cpu, 'flush_workqueue', site)) return false;
    let left = flushing.get(m.current);
    if (left === undefined) {
      if (!m.reach(wordOf(queueAddress), 4, true, 0, 0, site)) return false;
      const posted = [...callbacks.posted('work-item'), ...callbacks.posted('delayed-work-item')];
      left = callbacks.unfinished(posted.filter((work) => queueOf.get(work) === queueAddress));
      flushing.set(m.current, left);
    }
    while (left.length > 0) {
      if (callbacks.flush(left[0] as number, site, false) === null) return false;
      left.shift();
    }
    flushing.delete(m.current);
    return true;
  };
  const disable = (sync: boolean) => (work: number, site: number) => {
    const count = () => void disabled.set(work, (disabled.get(work) ?? 0) + 1);
    return sync ? cancelSync(work, site, count) : (callbacks.cancel(work, site, count) ?? 0);
  };
  const enable = (work: number, site: number) => {
    let depth = 0;
    const count = () => {
      depth = Math.max((disabled.get(work) ?? 0) - 1, 0);
      disabled.set(work, depth);
    };
    return callbacks.within(work, site, count) && depth === 0 ? 1 : 0;
  };
  const allocate = (_format: number, flags: number, _active: number, _args: number, site: number) => {
    const address = m.heap.allocate(m.current, workqueueBytes, site);
    if ((flags & orderedFlag) !== 0) {
      const slot = m.sync.create(0, 'other');
      m.sync.gates[slot << 1] = 1;
      orderedSlots.set(address, slot);
    }
    return address;
  };
  const imports: Record<string, Import> = {
    __init_work: () => {},
    queue_work_on: (_cpu: number, queueAddress: number, work: number, site: number) =>
      queueWork(queueAddress, work, site),
    queue_delayed_work_on: (_cpu: number, queueAddress: number, work: number, _delay: number, site: number) =>
      queueDelayed(queueAddress, work, site),
    // 1 when it was pending before: the answer is that of mod_timer().
    mod_delayed_work_on: (_cpu: number, queueAddress: number, work: number, _delay: number, site: number) =>
      queueDelayed(queueAddress, work, site) === 0 ? 1 : 0,
    delayed_work_timer_fn: () => {},
    flush_work: flush,
    flush_delayed_work: flush,
    cancel_work: (work: number, site: number) => callbacks.cancel(work, site) ?? 0,
    cancel_delayed_work: (work: number, site: number) => callbacks.cancel(work, site) ?? 0,
    cancel_work_sync: (work: number, site: number) => cancelSync(work, site),
    cancel_delayed_work_sync: (work: number, site: number) => cancelSync(work, site),
    disable_work: disable(false),
    disable_work_sync: disable(true),
    disable_delayed_work: disable(false),
    disable_delayed_work_sync: disable(true),
    enable_work: enable,
    enable_delayed_work: enable,
    __flush_workqueue: (queueAddress: number, site: number) => void flushQueue(queueAddress, site),
    flush_workqueue: (queueAddress: number, site: number) => void flushQueue(queueAddress, site),
    drain_workqueue: (queueAddress: number, site: number) => void flushQueue(queueAddress, site),
    alloc_workqueue: allocate,
    alloc_workqueue_noprof: allocate,
    destroy_workqueue: (queueAddress: number, site: number) => void flushQueue(queueAddress, site),
    work_busy: (work: number, site: number) => {
      if (!m.reach(work, 4, false, 0, 0, site) || !useObject(m, work, 4, site)) return 0;
      return (callbacks.isPending(work) ? 1 : 0) | (callbacks.isRunning(work) ? 2 : 0);
    },
    current_work: () => callbacks.currentObject,
  };
  return { imports, queue: (work) => void queueWork(0, work, 0) };
}
