// Interrupt lines (kernel/irq/manage.c, v6.12). A requested line fires at any point behind the request while it is
// enabled: once, and twice where a thread handles it, so that the second hard interrupt can come while the thread runs.
// With IRQF_ONESHOT the line is masked until the thread is done. On a shared line (IRQF_SHARED) each firing calls all
// handlers, in the order of their requests, and it fires for each request.
import type { Machine } from '../machine.js';
import { misuse } from '../misuse.js';
import type { Import } from '../types.js';
import type { CallbackSpec } from './callback.js';
import type { Callbacks } from './callbacks.js';
import { type CpuState, maySleep } from './cpu.js';

/** One handler of a line. */
interface Action {
  readonly device: number;
  readonly hard: Handler | null;
  readonly thread: Handler | null;
  /** What its thread's callback is known by; 0 without one. */
  readonly threadKey: number;
}

interface Line {
  readonly slot: number;
  readonly shared: boolean;
  readonly oneshot: boolean;
  readonly actions: Action[];
  /** Of the last firing: those whose thread is to run. */
  woken: Action[];
  /** Keys of all threads that it ever had. */
  readonly threads: number[];
  depth: number;
  /** Threads that it is masked for. */
  masked: number;
  /** Since the last request. */
  firings: number;
}

const wakeThread = 2;
const invalid = -22;
const busy = -16;
/** IRQF_*, include/linux/interrupt.h. */
const flag = { shared: 0x80, oneshot: 0x2000 } as const;
/** Lines have no object in memory: this keeps their numbers apart from addresses; threads' keys lie below all. */
const lineObjects = 0x100;
const threadObjects = -0x2000;
const maxThreads = 16;

type Handler = (irq: number, device: number) => number;

export function interruptImports(m: Machine, cpu: CpuState, callbacks: Callbacks): Record<string, Import> {
  const lines = m.perExecution(new Map<number, Line>());
  /** Contexts that are in free_irq(), and have taken the line's callback or theirs back; with their threads' keys. */
  const freeing = m.perExecution(new Map<number, readonly number[]>());
  /** Below the first page nothing of the program's lies; a footprint there belongs to the line alone. */
  const objectOf = (irq: number) => lineObjects + ((irq & 0x7f) << 2);
  const openLine = ({ slot, depth, masked }: Line) => {
    m.sync.gates[slot << 1] = depth > 0 || masked > 0 ? 0 : 1;
  };
  const threadSpec = (irq: number, line: Line, { thread, device }: Action): CallbackSpec => ({
    kind: 'interrupt-thread',
    context: 'task',
    footprint: objectOf(irq),
    begin: () => (thread === null ? null : { context: 'task', call: () => thread(irq, device) }),
    again: () => {
      if (line.oneshot) line.masked--;
      m.release(line.slot);
      openLine(line);
      return false;
    },
  });
  /** Calls one handler after the other; called again when one was suspended. */
  const handlers = (irq: number, line: Line) => {
    const actions = [...line.actions];
    let next = 0;
    let answer = 0;
    return (): number => {
      for (; next < actions.length; next++) {
        const action = actions[next] as Action;
        const result = action.hard === null ? wakeThread : action.hard(irq, action.device);
        if (m.suspending) return 0;
        answer |= result;
        if ((result & wakeThread) !== 0 && action.thread !== null) line.woken.push(action);
      }
      return answer;
    };
  };
  const lineSpec = (irq: number, line: Line, site: number): CallbackSpec => ({
    kind: 'interrupt',
    context: 'hardirq',
    gate: line.slot << 1,
    begin: () => {
      if (line.actions.length === 0) return null;
      m.acquire(line.slot);
      line.firings++;
      line.woken = [];
      return { context: 'hardirq', call: handlers(irq, line) };
    },
    again: () => {
      if (line.oneshot) line.masked += line.woken.length;
      openLine(line);
      for (const action of line.woken)
        callbacks.postWithin(action.threadKey, threadSpec(irq, line, action), site);
      return line.actions.some(({ thread }) => thread !== null) && line.firings < 2;
    },
  });
  const newLine = (shared: boolean, oneshot: boolean): Line => {
    const slot = m.sync.create(0, 'other');
    m.sync.gates[slot << 1] = 1;
    return { slot, shared, oneshot, actions: [], woken: [], threads: [], depth: 0, masked: 0, firings: 0 };
  };
  const request = (
    irq: number,
    handler: number,
    threadHandler: number,
    flags: number,
    _name: number,
    device: number,
    site: number,
  ): number => {
    const hard = m.functionAt(handler) as Handler | null;
    const thread = m.functionAt(threadHandler) as Handler | null;
    const oneshot = (flags & flag.oneshot) !== 0;
    const shared = (flags & flag.shared) !== 0;
    if ((hard === null && (thread === null || !oneshot)) || (shared && device === 0)) return invalid;
    if (!maySleep(m, cpu, 'request_irq', site) || !m.reach(objectOf(irq), 4, true, 0, 0, site)) return 0;
    const before = lines.get(irq);
    if (before !== undefined && !(shared && before.shared && oneshot === before.oneshot)) return busy;
    const line = before ?? newLine(shared, oneshot);
    lines.set(irq, line);
    callbacks.postWithin(objectOf(irq), lineSpec(irq, line, site), site);
    const threadKey = thread === null ? 0 : threadObjects - irq * maxThreads - line.threads.length;
    if (thread !== null) line.threads.push(threadKey);
    line.actions.push({ device, hard, thread, threadKey });
    line.firings = 0;
    return 0;
  };
  /**
   * Waits until neither the handlers nor these threads run or will; for a call whose stage is 1, or 2 and more for the
   * threads. False: return at once.
   */
  const awaitAll = (irq: number, threads: readonly number[], site: number): boolean => {
    const { current, stage } = m;
    for (;;) {
      const at = stage[current] as number;
      if (at === 1) {
        if (!callbacks.awaitEnd(objectOf(irq), site)) return false;
      } else {
        const thread = threads[at - 2];
        if (thread === undefined) break;
        if (!callbacks.awaitEnd(thread, site, true)) return false;
      }
      stage[current] = at + 1;
    }
    stage[current] = 0;
    return true;
  };
  const disable = (irq: number, site: number, sync: boolean) => {
    const { stage, current } = m;
    if (sync && !maySleep(m, cpu, 'disable_irq', site)) return;
    const line = lines.get(irq);
    if (stage[current] === 0) {
      if (!m.reach(objectOf(irq), 4, true, 0, (line?.slot ?? 0) << 1, site) || line === undefined) return;
      line.depth++;
      openLine(line);
      m.tracer?.event(current, { kind: 'interrupt-line', does: 'disable', irq }, site, 0, 0);
      if (!sync) return;
      stage[current] = 1;
    }
    awaitAll(irq, line?.threads ?? [], site);
  };
  const synchronize = (irq: number, site: number) => {
    const { stage, current } = m;
    if (!maySleep(m, cpu, 'synchronize_irq', site)) return;
    if (stage[current] === 0) {
      if (!m.reach(objectOf(irq), 4, true, 0, 0, site)) return;
      stage[current] = 1;
    }
    awaitAll(irq, lines.get(irq)?.threads ?? [], site);
  };
  const free = (irq: number, device: number, site: number): number => {
    const { current, stage } = m;
    const line = lines.get(irq);
    const own = line?.actions.find((action) => action.device === device);
    if (!maySleep(m, cpu, 'free_irq', site)) return 0;
    if (!freeing.has(current)) {
      if (own === undefined || line === undefined) {
        if (m.reach(objectOf(irq), 4, true, 0, 0, site))
          misuse(m, { problem: 'not-requested', call: 'free_irq', number: irq }, site);
        return 0;
      }
      const threads = own.threadKey === 0 ? [] : [own.threadKey];
      const take = () => {
        line.actions.splice(line.actions.indexOf(own), 1);
      };
      if (line.shared) {
        // It goes on firing for the others.
        if (!m.reach(objectOf(irq), 4, true, 0, line.slot << 1, site)) return 0;
        take();
        stage[current] = 1;
      } else {
        if (callbacks.cancelSync(objectOf(irq), site) === null) return 0;
        take();
        stage[current] = 2;
      }
      freeing.set(current, threads);
    }
    if (!awaitAll(irq, freeing.get(current) ?? [], site)) return 0;
    freeing.delete(current);
    if (lines.get(irq)?.actions.length === 0) lines.delete(irq);
    return 0;
  };
  const enable = (irq: number, site: number) => {
    const line = lines.get(irq);
    if (!m.reach(objectOf(irq), 4, true, 0, (line?.slot ?? 0) << 1, site)) return;
    if (line === undefined || line.depth === 0) {
      misuse(m, { problem: 'not-disabled', call: 'enable_irq', number: irq }, site);
      return;
    }
    m.tracer?.event(m.current, { kind: 'interrupt-line', does: 'enable', irq }, site, 0, 0);
    line.depth--;
    m.release(line.slot);
    openLine(line);
    m.changed();
  };
  return {
    request_threaded_irq: request,
    devm_request_threaded_irq: (
      _owner: number,
      irq: number,
      handler: number,
      threadHandler: number,
      flags: number,
      name: number,
      device: number,
      site: number,
    ) => request(irq, handler, threadHandler, flags, name, device, site),
    free_irq: free,
    devm_free_irq: (_owner: number, irq: number, device: number, site: number) =>
      void free(irq, device, site),
    disable_irq: (irq: number, site: number) => disable(irq, site, true),
    disable_irq_nosync: (irq: number, site: number) => disable(irq, site, false),
    synchronize_irq: synchronize,
    enable_irq: enable,
  };
}
