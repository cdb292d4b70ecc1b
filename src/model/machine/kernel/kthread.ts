// Kernel threads (kernel/kthread.c, v6.12): created, woken, told to stop or to park.
import type { Machine } from '../machine.js';
import { misuse } from '../misuse.js';
import { type Import, noFootprint } from '../types.js';
import { waits } from '../waits.js';
import { type CpuState, maySleep } from './cpu.js';
import { type Kthread, stateOffset, type Task, type Tasks, taskNormal } from './task.js';

const interrupted = -4;
/** How often kthread_should_stop() answers no before it waits for a yes: rounds of the thread's loop that are explored. */
const maxRounds = 2;

export function kthreadImports(m: Machine, cpu: CpuState, tasks: Tasks): Record<string, Import> {
  const { sync } = m;
  /** The thread at `address`; null with a finding: return at once. */
  const threadAt = (
    address: number,
    call: string,
    site: number,
  ): { readonly task: Task; readonly thread: Kthread } | null => {
    const task = tasks.at(address);
    if (task?.thread != null) return { task, thread: task.thread };
    misuse(m, { problem: 'no-object', call, object: 'kernel-thread' }, site);
    return null;
  };
  /** Its loop goes on once there is something to be told. */
  const openPatience = ({ slot }: Task, { shouldStop, shouldPark }: Kthread) => {
    sync.gates[(slot << 1) + 1] = shouldStop || shouldPark ? 1 : 0;
  };
  /** In one step: the request is noted, and the thread woken. */
  const ask = (task: Task, thread: Kthread, call: string, change: () => void, site: number): boolean => {
    if (!m.reach(task.address + stateOffset, 4, true, 0, task.slot << 1, site)) return false;
    m.tracer?.event(m.current, { kind: 'operation', call }, site, task.address, 0);
    change();
    openPatience(task, thread);
    if (task.context >= 0) tasks.wake(task.address, taskNormal);
    m.changed();
    return true;
  };
  const stop = (address: number, site: number): number => {
    const found = threadAt(address, 'kthread_stop', site);
    if (found === null || !maySleep(m, cpu, 'kthread_stop', site)) return 0;
    const { task, thread } = found;
    if (m.stage[m.current] === 0) {
      const told = ask(
        task,
        thread,
        'kthread_stop',
        () => {
          thread.shouldStop = true;
          unpark(thread);
        },
        site,
      );
      if (!told) return 0;
      if (task.context < 0) return interrupted;
      m.stage[m.current] = 1;
    }
    const end = sync.endOf(task.context);
    m.waitingFor[m.current] = { on: 'thread-end', who: task.context };
    if (!m.reach(noFootprint, 0, false, end << 1, 0, site)) return 0;
    m.stage[m.current] = 0;
    m.acquire(end);
    return m.results[task.context] as number;
  };
  const unpark = (thread: Kthread) => {
    thread.shouldPark = false;
    sync.gates[thread.parking << 1] = 0;
    sync.gates[(thread.parking << 1) + 1] = 1;
    m.release(thread.parking);
  };
  const park = (address: number, site: number): number => {
    const found = threadAt(address, 'kthread_park', site);
    if (found === null || !maySleep(m, cpu, 'kthread_park', site)) return 0;
    const { task, thread } = found;
    if (m.stage[m.current] === 0) {
      const asked = () => {
        thread.shouldPark = true;
        sync.gates[(thread.parking << 1) + 1] = 0;
      };
      if (!ask(task, thread, 'kthread_park', asked, site)) return 0;
      m.stage[m.current] = 1;
    }
    m.waitingFor[m.current] = { on: 'thread-park', who: task.context };
    if (!m.reach(noFootprint, 0, false, thread.parking << 1, 0, site)) return 0;
    m.stage[m.current] = 0;
    m.acquire(thread.parking);
    return 0;
  };
  /** A question of the thread's own about itself. */
  const parkMe = (site: number) => {
    const { address, slot, thread } = tasks.current;
    if (thread === null || !maySleep(m, cpu, 'kthread_parkme', site)) return;
    if (m.stage[m.current] === 0) {
      if (!m.reach(address + stateOffset, 4, true, 0, slot << 1, site) || !thread.shouldPark) return;
      m.release(thread.parking);
      sync.gates[thread.parking << 1] = 1;
      m.changed();
      m.tracer?.event(m.current, { kind: 'wait', call: 'kthread_parkme' }, site, 0, 0);
      m.stage[m.current] = 1;
    }
    m.waitingFor[m.current] = waits.unpark;
    if (!m.reach(noFootprint, 0, false, (thread.parking << 1) + 1, 0, site)) return;
    m.stage[m.current] = 0;
    m.acquire(thread.parking);
  };
  return {
    kthread_create_on_node: (
      threadFunction: number,
      data: number,
      _node: number,
      _name: number,
      _args: number,
      site: number,
    ) => tasks.create(m.functionAt(threadFunction), data, site).address,
    kthread_stop: stop,
    kthread_park: park,
    kthread_parkme: parkMe,
    kthread_unpark: (address: number, site: number) => {
      const found = threadAt(address, 'kthread_unpark', site);
      if (found !== null) ask(found.task, found.thread, 'kthread_unpark', () => unpark(found.thread), site);
    },
    kthread_should_stop: (site: number) => {
      const task = tasks.current;
      const { thread } = task;
      if (thread === null) {
        misuse(m, { problem: 'outside-kthread', call: 'kthread_should_stop' }, site);
        return 0;
      }
      const patience = thread.rounds < maxRounds ? 0 : (task.slot << 1) + 1;
      m.waitingFor[m.current] = waits['stop-request'];
      if (!m.reach(task.address + stateOffset, 4, false, patience, task.slot << 1, site)) return 0;
      thread.rounds++;
      return thread.shouldStop ? 1 : 0;
    },
    kthread_should_park: (site: number) => {
      const { address, slot, thread } = tasks.current;
      if (thread === null || !m.reach(address + stateOffset, 4, false, 0, slot << 1, site)) return 0;
      return thread.shouldPark ? 1 : 0;
    },
    kthread_bind: () => {},
  };
}
