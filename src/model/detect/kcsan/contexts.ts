// Whose state an access is checked with: a task's own, or that of the CPU for all interrupts upon it (get_ctx(),
// kernel/kcsan/core.c, v6.12.117). So an interrupt knows nothing of the task below, and two nested ones share all.
import { KcsanContext } from './context.js';
import type { KcsanHost } from './host.js';

export class KcsanContexts {
  private readonly host: KcsanHost;
  private readonly tasks: readonly KcsanContext[];
  private readonly cpus: readonly KcsanContext[];

  constructor(host: KcsanHost) {
    this.host = host;
    this.tasks = Array.from({ length: host.contexts }, () => new KcsanContext());
    this.cpus = Array.from({ length: host.cpus }, () => new KcsanContext());
  }

  of(context: number): KcsanContext {
    const { host } = this;
    return (host.inTask(context) ? this.tasks[context] : this.cpus[host.cpuOf(context)]) as KcsanContext;
  }

  /** What interrupts on a CPU have. */
  ofCpu(cpu: number): KcsanContext {
    return this.cpus[cpu] as KcsanContext;
  }

  /** A task that begins anew. */
  begin(context: number): void {
    this.tasks[context]?.reset();
  }

  /** Everything begins anew. */
  reset(): void {
    for (const context of this.tasks) context.reset();
    for (const context of this.cpus) context.reset();
  }
}
