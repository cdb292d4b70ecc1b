// Interrupt lines (kernel/irq/manage.c, v6.12). A requested line fires at any point behind the request while it is
// enabled: once, and twice where a thread handles it, so that the second hard interrupt can come while the thread runs.
// With IRQF_ONESHOT the line is masked until the thread is done.
import { inputError } from '../../../base/index.js';
import type { Machine } from '../machine.js';
import { misuse } from '../misuse.js';
import type { Import } from '../types.js';
import type { CallbackSpec } from './callback.js';
import type { Callbacks } from './callbacks.js';
import { type CpuState, maySleep } from './cpu.js';

interface Line {
  readonly slot: number;
  readonly device: number;
  readonly shared: boolean;
  depth: number;
  /** Until its thread is done. */
  masked: boolean;
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

type Handler = (irq: number, device: number) => number;

export function interruptImports(m: Machine, cpu: CpuState, callbacks: Callbacks): Record<string, Import> {
  const lines = m.perExecution(new Map<number, Line>());
  /** Contexts that are in free_irq(), and have taken the line's own callback back. */
  const freeing = m.perExecution(new Set<number>());
  /** Below the first page nothing of the program's lies; a footprint there belongs to the line alone. */
  const objectOf = (irq: number) => lineObjects + ((irq & 0x7f) << 2);
  const threadOf = (irq: number) => threadObjects - irq;
  const openLine = ({ slot, depth, masked }: Line) => {
    m.sync.gates[slot << 1] = depth > 0 || masked ? 0 : 1;
  };
  const threadSpec = (irq: number, line: Line, handler: Handler): CallbackSpec => ({
    what: 'interrupt thread',
    context: 'task',
    footprint: objectOf(irq),
    begin: () => ({ context: 'task', call: () => handler(irq, line.device) }),
    again: () => {
      line.masked = false;
      m.release(line.slot);
      openLine(line);
      return false;
    },
  });
  const lineSpec = (
    irq: number,
    line: Line,
    hard: Handler | null,
    thread: Handler | null,
    oneshot: boolean,
    site: number,
  ): CallbackSpec => ({
    what: 'interrupt',
    context: 'hardirq',
    gate: line.slot << 1,
    begin: () => {
      m.acquire(line.slot);
      line.firings++;
      const call = hard === null ? () => wakeThread : () => hard(irq, line.device);
      return { context: 'hardirq', call };
    },
    again: (result) => {
      if (thread === null) return false;
      if ((result & wakeThread) !== 0) {
        line.masked = oneshot;
        openLine(line);
        callbacks.postWithin(threadOf(irq), threadSpec(irq, line, thread), site);
      }
      return line.firings < 2;
    },
  });
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
    if (hard === null && (thread === null || !oneshot)) return invalid;
    if (!m.resuming) {
      if (!maySleep(m, cpu, 'request_irq()', site)) return 0;
      const before = lines.get(irq);
      const shared = (flags & flag.shared) !== 0;
      if (before !== undefined && shared && before.shared)
        m.abort(
          inputError(`two handlers of one shared interrupt (${irq}) are not modelled`, {
            at: m.program.symbols.place(site),
            hint: 'Give the second device an interrupt of its own in the harness.',
          }),
        );
      if (before !== undefined) return busy;
      const slot = m.sync.create(0, 'other');
      m.sync.gates[slot << 1] = 1;
      lines.set(irq, { slot, device, shared, depth: 0, masked: false, firings: 0 });
    }
    const line = lines.get(irq) as Line;
    callbacks.post(objectOf(irq), lineSpec(irq, line, hard, thread, oneshot, site), site);
    return 0;
  };
  /** Waits until neither the handler nor its thread runs or will; for a call whose stage is 1 or 2. */
  const awaitBoth = (irq: number, site: number) => {
    const { current, stage } = m;
    if (stage[current] === 1) {
      if (!callbacks.awaitEnd(objectOf(irq), site)) return;
      stage[current] = 2;
    }
    callbacks.awaitEnd(threadOf(irq), site, true);
  };
  const disable = (irq: number, site: number, sync: boolean) => {
    const line = lines.get(irq);
    if (line === undefined) return;
    const { stage, current } = m;
    if (sync && !maySleep(m, cpu, 'disable_irq()', site)) return;
    if (stage[current] === 0) {
      if (!m.reach(objectOf(irq), 4, true, 0, line.slot << 1, site)) return;
      line.depth++;
      openLine(line);
      m.tracer?.operation(current, `disable interrupt ${irq}`, site, 0, 0);
      if (!sync) return;
      stage[current] = 1;
    }
    awaitBoth(irq, site);
  };
  const synchronize = (irq: number, site: number) => {
    const { stage, current } = m;
    if (!maySleep(m, cpu, 'synchronize_irq()', site)) return;
    if (stage[current] === 0) {
      if (!m.reach(objectOf(irq), 4, true, 0, 0, site)) return;
      stage[current] = 1;
    }
    awaitBoth(irq, site);
  };
  const free = (irq: number, device: number, site: number): number => {
    const { current } = m;
    if (!m.resuming && lines.get(irq)?.device !== device) {
      misuse(m, `free_irq() of interrupt ${irq}, which was not requested for that device`, site);
      return 0;
    }
    if (!maySleep(m, cpu, 'free_irq()', site)) return 0;
    if (!freeing.has(current)) {
      if (callbacks.cancelSync(objectOf(irq), site) === null) return 0;
      freeing.add(current);
      m.stage[current] = 2;
    }
    awaitBoth(irq, site);
    if (m.suspending) return 0;
    freeing.delete(current);
    lines.delete(irq);
    return 0;
  };
  const enable = (irq: number, site: number) => {
    const line = lines.get(irq);
    if (line === undefined || (line.depth === 0 && !m.resuming)) {
      misuse(m, `enable_irq() of interrupt ${irq}, which is not disabled`, site);
      return;
    }
    if (!m.reach(objectOf(irq), 4, true, 0, line.slot << 1, site)) return;
    m.tracer?.operation(m.current, `enable interrupt ${irq}`, site, 0, 0);
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
