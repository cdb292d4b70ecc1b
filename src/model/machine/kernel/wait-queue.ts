// Wait queues (kernel/sched/wait.c, v6.12). The list of waiters is kept in the program's memory, where the inline half
// of the kernel looks at it. On wasm32: struct wait_queue_head is lock 0, head 4; struct wait_queue_entry is flags 0,
// private 4, func 8, entry 12.
import { accessFlags } from '../../detect/index.js';
import { initObject, touch, useObject } from '../accesses.js';
import type { StepEvent } from '../events.js';
import type { Machine } from '../machine.js';
import type { Import } from '../types.js';
import { waits } from '../waits.js';
import type { CpuState } from './cpu.js';
import type { LockUsage } from './lock-usage.js';
import { objectSlot, ordered } from './object.js';
import { stateOffset, type Tasks } from './task.js';

const headOffset = 4;
const entryOffsets = { flags: 0, private: 4, func: 8, entry: 12 } as const;
const exclusive = 1;

const events = {
  prepare: { kind: 'wait', call: 'prepare_to_wait' },
  wake: { kind: 'post', call: 'wake_up' },
  finish: { kind: 'operation', call: 'finish_wait' },
  add: { kind: 'operation', call: 'add_wait_queue' },
  remove: { kind: 'operation', call: 'remove_wait_queue' },
} as const;

/** A wake-up that a wake function has suspended. */
interface Waking {
  readonly slot: number;
  /** Of interrupts, from before the queue's lock was taken. */
  readonly flags: number;
  /** The entry that is woken, by its list node, and the one behind it. */
  node: number;
  next: number;
  left: number;
}

export function waitQueueImports(
  m: Machine,
  cpu: CpuState,
  usage: LockUsage,
  tasks: Tasks,
): Record<string, Import> {
  /** By context: wake-ups at hand, one inside the other; how many of them are entered. */
  const wakings = m.perExecution(new Map<number, Waking[]>());
  const depths = m.perExecution(new Map<number, number>());
  const word = (address: number) => m.words[address >> 2] as number;
  const put = (address: number, value: number) => {
    m.words[address >> 2] = value;
  };
  const insert = (node: number, before: number, after: number) => {
    put(node, after);
    put(node + 4, before);
    put(before, node);
    put(after + 4, node);
  };
  const remove = (node: number) => {
    const next = word(node);
    const previous = word(node + 4);
    put(previous, next);
    put(next + 4, previous);
    put(node, node);
    put(node + 4, node);
  };
  const add = (head: number, entry: number, atTail: boolean) => {
    const list = head + headOffset;
    if (atTail) insert(entry + entryOffsets.entry, word(list + 4), list);
    else insert(entry + entryOffsets.entry, list, word(list));
  };
  /** The queue's lock, which some drivers take by themselves. */
  const lockOf = (head: number, site: number) => objectSlot(m, head, 'spinlock', site);
  /** One step under the queue's lock. 0: return at once. */
  const lockedStep = (head: number, event: StepEvent, site: number): number => {
    const slot = lockOf(head, site);
    m.waitingFor[m.current] = waits['wait-queue-lock'];
    if (slot === 0 || !m.reach(head, 12, true, slot << 1, slot << 1, site)) return 0;
    if (!useObject(m, head, 12, site)) return 0;
    m.tracer?.event(m.current, event, site, head, 0);
    ordered(m, slot);
    return slot;
  };
  const prepare = (
    head: number,
    entry: number,
    state: number,
    isExclusive: boolean,
    site: number,
  ): boolean => {
    const { current } = m;
    if (m.stage[current] === 0) {
      if (lockedStep(head, events.prepare, site) === 0) return false;
      const node = entry + entryOffsets.entry;
      const flags = word(entry);
      put(entry, isExclusive ? flags | exclusive : flags);
      if (word(node) === node) add(head, entry, ((isExclusive ? exclusive : 0) | (flags & exclusive)) !== 0);
      m.stage[current] = 1;
    }
    // Whoever wakes the task by itself comes before this or behind it.
    const task = tasks.current;
    if (!m.reach(task.address + stateOffset, 4, true, 0, 0, site)) return false;
    tasks.setState(task, state);
    m.stage[current] = 0;
    return true;
  };
  /** Whoever changes the task's state by himself comes before this or behind it. */
  const wakeEntry = (entry: number, states: number, site: number): boolean => {
    const task = word(entry + entryOffsets.private);
    if (tasks.at(task) === undefined || !m.reach(task + stateOffset, 4, true, 0, 0, site)) return false;
    return tasks.wake(task, states);
  };
  const autoremove = (entry: number, mode: number, _flags: number, _key: number, site: number) => {
    const woken = wakeEntry(entry, mode, site);
    if (woken) remove(entry + entryOffsets.entry);
    return woken ? 1 : 0;
  };
  /** Calls the entry's own function; answers whether it woke. It may suspend the context. */
  const callEntry = (entry: number, states: number, key: number, site: number): boolean => {
    const wakeFunction = m.functionAt(word(entry + entryOffsets.func)) as
      | ((entry: number, mode: number, flags: number, key: number) => number)
      | null;
    // init_wait_entry() left it empty: it stands for autoremove_wake_function().
    if (wakeFunction === null) return autoremove(entry, states, 0, key, site) !== 0;
    return wakeFunction(entry, states, 0, key) !== 0;
  };
  /** Takes the queue's lock, unless the caller has it. Null: return at once. */
  const beginWaking = (head: number, count: number, locked: boolean, site: number): Waking | null => {
    const slot = lockOf(head, site);
    if (slot === 0) return null;
    if (!locked) {
      if (m.stage[m.current] === 0) {
        if (!cpu.beforeLock({ irq: true }, site)) return null;
        m.stage[m.current] = 1;
      }
      if (lockedStep(head, events.wake, site) === 0 || !usage.note(slot, site)) return null;
      m.stage[m.current] = 0;
      m.sync.gates[slot << 1] = 0;
      m.sync.owners[slot] = m.current;
      m.sync.sites[slot] = site;
    }
    const node = word(head + headOffset);
    // A head of zeroes was never initialised: nobody can have waited.
    const first = node === 0 ? head + headOffset : node;
    return { slot, flags: m.results[m.current] as number, node: first, next: word(first), left: count };
  };
  const endWaking = ({ slot, flags }: Waking, site: number) => {
    m.sync.owners[slot] = -1;
    m.sync.gates[slot << 1] = 1;
    m.release(slot);
    m.changed();
    cpu.afterUnlock({ irq: true }, flags, site);
  };
  const wakeAs =
    (locked: boolean) => (head: number, states: number, count: number, key: number, site: number) => {
      const { current } = m;
      const stack = wakings.get(current) ?? [];
      wakings.set(current, stack);
      const depth = depths.get(current) ?? 0;
      const waking = stack[depth] ?? beginWaking(head, count, locked, site);
      if (waking === null) return;
      stack[depth] = waking;
      while (waking.node !== head + headOffset) {
        const entry = waking.node - entryOffsets.entry;
        const isExclusive = (word(entry) & exclusive) !== 0;
        depths.set(current, depth + 1);
        const woken = callEntry(entry, states, key, site);
        depths.set(current, depth);
        if (m.suspending) return;
        if (woken && isExclusive && --waking.left === 0) break;
        waking.node = waking.next;
        waking.next = word(waking.node);
      }
      stack.length = depth;
      if (!locked) endWaking(waking, site);
    };
  const wake = wakeAs(false);
  return {
    __init_waitqueue_head: (head: number, _name: number, _key: number, site: number) => {
      if (!initObject(m, head, 12, site)) return;
      put(head, 0);
      put(head + headOffset, head + headOffset);
      put(head + headOffset + 4, head + headOffset);
    },
    init_wait_entry: (entry: number, flags: number, site: number) => {
      if (!touch(m, entry, 20, accessFlags.write, site)) return;
      put(entry, flags);
      put(entry + entryOffsets.private, tasks.current.address);
      put(entry + entryOffsets.func, 0);
      const node = entry + entryOffsets.entry;
      put(node, node);
      put(node + 4, node);
    },
    autoremove_wake_function: autoremove,
    default_wake_function: (entry: number, mode: number, _flags: number, _key: number, site: number) =>
      wakeEntry(entry, mode, site) ? 1 : 0,
    prepare_to_wait: (head: number, entry: number, state: number, site: number) =>
      void prepare(head, entry, state, false, site),
    prepare_to_wait_exclusive: (head: number, entry: number, state: number, site: number) =>
      prepare(head, entry, state, true, site) ? 1 : 0,
    // No signal ever comes.
    prepare_to_wait_event: (head: number, entry: number, state: number, site: number) => {
      prepare(head, entry, state, (word(entry) & exclusive) !== 0, site);
      return 0;
    },
    finish_wait: (head: number, entry: number, site: number) => {
      const { current, stage } = m;
      if (stage[current] === 0) {
        if (!m.reach(tasks.current.address + stateOffset, 4, true, 0, 0, site)) return;
        tasks.setState(tasks.current, 0);
        stage[current] = 1;
      }
      if (lockedStep(head, events.finish, site) === 0) return;
      stage[current] = 0;
      remove(entry + entryOffsets.entry);
    },
    add_wait_queue: (head: number, entry: number, site: number) => {
      if (lockedStep(head, events.add, site) !== 0) add(head, entry, false);
    },
    add_wait_queue_exclusive: (head: number, entry: number, site: number) => {
      if (lockedStep(head, events.add, site) === 0) return;
      put(entry, word(entry) | exclusive);
      add(head, entry, true);
    },
    remove_wait_queue: (head: number, entry: number, site: number) => {
      if (lockedStep(head, events.remove, site) !== 0) remove(entry + entryOffsets.entry);
    },
    __wake_up: wake,
    __wake_up_sync_key: (head: number, states: number, key: number, site: number) =>
      wake(head, states, 1, key, site),
    __wake_up_sync: (head: number, states: number, site: number) => wake(head, states, 1, 0, site),
    __wake_up_locked: (head: number, states: number, count: number, site: number) =>
      wakeAs(true)(head, states, count, 0, site),
    __wake_up_locked_key: (head: number, states: number, key: number, site: number) =>
      wakeAs(true)(head, states, 1, key, site),
  };
}
