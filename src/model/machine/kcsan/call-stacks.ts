// Which calls each context is in, told by a program that was linked to tell them (`tellCalls`).
import type { Kcsan } from '../../detect/kcsan/index.js';
import { callTold, leaving } from '../../link/index.js';
import type { Machine } from '../machine.js';
import type { Import } from '../types.js';
import type { VirtualCpus } from './types.js';

/** Deeper than any stack of the machine goes. */
const deepest = 4096;

export class CallStacks {
  private readonly m: Machine;
  private readonly cpus: VirtualCpus;
  private readonly depths: Int32Array;
  private readonly sites: readonly Int32Array[];

  constructor(m: Machine, cpus: VirtualCpus) {
    this.m = m;
    this.cpus = cpus;
    this.depths = new Int32Array(cpus.contexts);
    this.sites = Array.from({ length: cpus.contexts }, () => new Int32Array(deepest));
  }

  begin(context: number): void {
    this.depths[context] = 0;
  }

  /** Sites of the calls, innermost first. */
  callers(context: number): number[] {
    return [...(this.sites[context] as Int32Array).subarray(0, this.depths[context])].reverse();
  }

  /** __tsan_func_entry() and __tsan_func_exit() are these calls too. */
  imports(kcsan: Kcsan): Record<string, Import> {
    const { m, cpus, depths, sites } = this;
    return {
      [callTold]: (site: number) => {
        if (site < leaving) {
          m.wentRound(site);
          return;
        }
        const current = cpus.self(m.current);
        const depth = depths[current] as number;
        if (site !== leaving) {
          (sites[current] as Int32Array)[depth] = site;
          depths[current] = depth + 1;
          kcsan.enterFunction();
        } else if (kcsan.leaveFunction()) depths[current] = depth - 1;
      },
    };
  }
}
