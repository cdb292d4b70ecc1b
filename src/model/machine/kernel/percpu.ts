// Per-CPU variables (include/linux/percpu-defs.h, mm/percpu.c, v6.12): one area a CPU, which begins with a copy of the
// section that the variables lie in and goes on with what is allocated at run time.
import { inputError } from '../../../base/index.js';
import type { Machine } from '../machine.js';
import { failAt } from '../misuse.js';
import type { Import } from '../types.js';
import { type CpuState, maySleep } from './cpu.js';
import { toldNumber } from './object.js';

/** Bytes of each area for alloc_percpu(). */
const dynamicBytes = 8192;
/** CPUs of a program that does not say how many it was built for. */
const fewCpus = 8;
const mayWait = 0x400;

export class PerCpu {
  /** Below CONFIG_NR_CPUS. */
  cpus = fewCpus;
  private readonly m: Machine;
  private isKnown = false;
  private readonly isUsed: boolean;
  private start = 0;
  private bytes = 0;
  /** Address of the first area, 0 before anybody has asked; bytes allocated at run time. */
  private readonly state: { areas: number; used: number };
  /** Allocated at run time: the site of each. */
  private readonly live: Map<number, number>;

  constructor(m: Machine) {
    this.m = m;
    this.isUsed = m.program.boundary.has('millrace_per_cpu_offset');
    this.live = m.perExecution(new Map<number, number>());
    this.state = m.perExecution({ areas: 0, used: 0 });
  }

  /** Before the test's setup, so that where they lie does not depend on who asks first. */
  begin(): void {
    const { m } = this;
    if (!this.isKnown) this.learn();
    if (!this.isUsed) return;
    const { stride } = this;
    this.state.areas = m.heap.allocate(0, stride * this.cpus, 0, 64);
    for (let cpu = 0; cpu < this.cpus; cpu++)
      m.bytes.copyWithin(this.state.areas + cpu * stride, this.start, this.start + this.bytes);
  }

  /** What the program was built with. */
  private learn(): void {
    const { m } = this;
    this.isKnown = true;
    this.cpus = toldNumber(m, 'millrace_nr_cpus', fewCpus);
    this.start = toldNumber(m, 'millrace_percpu_start', 0);
    this.bytes = alignUp(toldNumber(m, 'millrace_percpu_stop', 0) - this.start, 64);
  }

  /** What is added to a variable's address for its copy on `cpu`. */
  offset(cpu: number): number {
    return (this.state.areas + cpu * this.stride - this.start) | 0;
  }

  allocate(size: number, alignment: number, site: number): number {
    const at = alignUp(this.state.used, Math.max(alignment, 8));
    if (at + size > dynamicBytes) {
      this.m.abort(
        inputError(`more than ${dynamicBytes} bytes of per-CPU memory are not modelled`, {
          at: this.m.program.symbols.place(site),
        }),
      );
      return 0;
    }
    this.state.used = at + size;
    const address = this.start + this.bytes + at;
    this.live.set(address, site);
    for (let cpu = 0; cpu < this.cpus; cpu++) {
      const copy = address + this.offset(cpu);
      this.m.bytes.fill(0, copy, copy + size);
    }
    return address;
  }

  free(address: number, site: number): void {
    if (address === 0 || this.live.delete(address)) return;
    failAt(
      this.m,
      'invalid-free',
      { fact: 'not-allocated', call: 'free_percpu', allocate: 'alloc_percpu' },
      site,
    );
  }

  noteLeaks(): void {
    for (const site of this.live.values())
      this.m.note({
        kind: 'memory-leak',
        facts: { fact: 'never-freed', bytes: null },
        sites: [site],
        contexts: [0],
        key: `memory-leak ${site}`,
      });
  }

  private get stride(): number {
    return this.bytes + dynamicBytes;
  }
}

export function perCpuImports(m: Machine, cpu: CpuState, areas: PerCpu): Record<string, Import> {
  const allocate = (size: number, alignment: number, flags: number, site: number) =>
    (flags & mayWait) !== 0 && !maySleep(m, cpu, 'alloc_percpu', site)
      ? 0
      : areas.allocate(size, alignment, site);
  return {
    millrace_cpu: (site: number) => {
      if (m.current !== 0 && cpu.stacks.mayMatter()) return 0;
      const number = m.cpus[m.current] as number;
      if (number >= areas.cpus)
        m.abort(
          inputError(`a context runs on CPU ${number}, and CONFIG_NR_CPUS is ${areas.cpus}`, {
            at: m.program.symbols.place(site),
            hint: 'Set CONFIG_NR_CPUS (up to 32) in the kunitconfig, or let the sides share CPUs: `.cpus` of the test.',
          }),
        );
      return number;
    },
    millrace_per_cpu_offset: (number: number) => areas.offset(number),
    pcpu_alloc_noprof: (size: number, alignment: number, _reserved: number, flags: number, site: number) =>
      allocate(size, alignment, flags, site),
    __alloc_percpu: (size: number, alignment: number, site: number) =>
      allocate(size, alignment, mayWait, site),
    __alloc_percpu_gfp: allocate,
    free_percpu: (address: number, site: number) => areas.free(address, site),
  };
}

function alignUp(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment;
}
