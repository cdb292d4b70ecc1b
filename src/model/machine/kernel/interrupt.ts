// Interrupt lines (kernel/irq/manage.c, v6.12). A requested line fires once, at any point behind the request while it is
// enabled, as a hard interrupt on a CPU of its own; what its handler answers with IRQ_WAKE_THREAD goes on in a task.
import type { Machine } from '../machine.js';
import { misuse } from '../misuse.js';
import type { Import } from '../types.js';
import type { CallbackStep } from './callback.js';
import type { Callbacks } from './callbacks.js';
import { type CpuState, maySleep } from './cpu.js';

interface Line {
  readonly slot: number;
  device: number;
  depth: number;
}

const wakeThread = 2;
const invalid = -22;
/** Lines have no object in memory: this keeps their numbers apart from addresses. */
const lineObjects = 0x100;

type Handler = (irq: number, device: number) => number;

export function interruptImports(m: Machine, cpu: CpuState, callbacks: Callbacks): Record<string, Import> {
  const lines = m.perExecution(new Map<number, Line>());
  /** Below the first page nothing of the program's lies; a footprint there belongs to the line alone. */
  const objectOf = (irq: number) => lineObjects + ((irq & 0x7f) << 2);
  const request = (
    irq: number,
    handler: number,
    threadHandler: number,
    _flags: number,
    _name: number,
    device: number,
    site: number,
  ): number => {
    const hard = m.functionAt(handler) as Handler | null;
    const thread = m.functionAt(threadHandler) as Handler | null;
    if (hard === null && thread === null) return invalid;
    if (!m.resuming) {
      if (!maySleep(m, cpu, 'request_irq()', site)) return 0;
      const slot = m.sync.create(0, 'other');
      m.sync.gates[slot << 1] = 1;
      lines.set(irq, { slot, device, depth: 0 });
    }
    const line = lines.get(irq) as Line;
    const threadStep: CallbackStep | null =
      thread === null ? null : { context: 'task', call: () => thread(irq, device) };
    const first: CallbackStep | null =
      hard === null
        ? threadStep
        : {
            context: 'hardirq',
            call: () => hard(irq, device),
            next: (result) => ((result & wakeThread) === 0 ? null : threadStep),
          };
    const { slot } = line;
    const begin = () => {
      m.acquire(slot);
      return first;
    };
    callbacks.post(
      objectOf(irq),
      { what: 'interrupt', context: hard === null ? 'task' : 'hardirq', gate: slot << 1, begin },
      site,
    );
    return 0;
  };
  const disable = (irq: number, site: number, sync: boolean) => {
    const line = lines.get(irq);
    if (line === undefined) return;
    const { stage, current } = m;
    if (sync && !maySleep(m, cpu, 'disable_irq()', site)) return;
    if (stage[current] === 0) {
      if (!m.reach(objectOf(irq), 4, true, 0, line.slot << 1, site)) return;
      line.depth++;
      m.sync.gates[line.slot << 1] = 0;
      m.tracer?.operation(current, `disable interrupt ${irq}`, site, 0, 0);
      if (!sync) return;
      stage[current] = 1;
    }
    callbacks.awaitEnd(objectOf(irq), site);
  };
  const free = (irq: number, device: number, site: number): number => {
    const line = lines.get(irq);
    if (!m.resuming && line?.device !== device) {
      misuse(m, `free_irq() of interrupt ${irq}, which was not requested for that device`, site);
      return 0;
    }
    if (!maySleep(m, cpu, 'free_irq()', site)) return 0;
    if (callbacks.cancelSync(objectOf(irq), site) !== null) lines.delete(irq);
    return 0;
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
    synchronize_irq: (irq: number, site: number) => {
      if (maySleep(m, cpu, 'synchronize_irq()', site)) callbacks.waitUntilIdle(objectOf(irq), site);
    },
    enable_irq: (irq: number, site: number) => {
      const line = lines.get(irq);
      if (line === undefined || (line.depth === 0 && !m.resuming)) {
        misuse(m, `enable_irq() of interrupt ${irq}, which is not disabled`, site);
        return;
      }
      if (!m.reach(objectOf(irq), 4, true, 0, line.slot << 1, site)) return;
      m.tracer?.operation(m.current, `enable interrupt ${irq}`, site, 0, 0);
      line.depth--;
      m.release(line.slot);
      if (line.depth === 0) m.sync.gates[line.slot << 1] = 1;
      m.changed();
    },
  };
}
