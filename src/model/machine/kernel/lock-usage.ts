// In which states a lock that spins is taken, as lockdep follows it (kernel/locking/lockdep.c, v6.12): one that is taken
// in an interrupt, and elsewhere with that interrupt enabled, is a deadlock once the interrupt comes on that CPU.
import type { Machine } from '../machine.js';
import type { CpuState } from './cpu.js';

/** Bits; those of a reader lie above those of a writer. */
const usage = { inHardirq: 1, inSoftirq: 2, irqsOn: 4, bhOn: 8 } as const;
const readerShift = 4;
const all = 15;

export class LockUsage {
  private readonly m: Machine;
  private readonly cpu: CpuState;

  constructor(m: Machine, cpu: CpuState) {
    this.m = m;
    this.cpu = cpu;
  }

  /** The current context takes the lock of `slot`. False: return at once. */
  note(slot: number, site: number, reader = false): boolean {
    const { m } = this;
    const { usages } = m.sync;
    const before = usages[slot] as number;
    const bits = before | (this.state() << (reader ? readerShift : 0));
    if (bits === before) return true;
    usages[slot] = bits;
    if (!this.inconsistent(bits)) return true;
    if (this.cpu.stacks.mayMatter()) return false;
    m.note({
      kind: 'lock-misuse',
      facts: { fact: 'lock-state' },
      sites: [site],
      contexts: [m.current],
      key: `lock-misuse inconsistent ${site}`,
    });
    return true;
  }

  private state(): number {
    const { m, cpu } = this;
    const { current } = m;
    const kind = cpu.kind(current);
    const off = cpu.irqsOff[current] !== 0;
    if (kind === 'hardirq') return usage.inHardirq;
    if (kind === 'softirq') return usage.inSoftirq | (off ? 0 : usage.irqsOn);
    return off ? 0 : usage.irqsOn | (cpu.bhOff(current) ? 0 : usage.bhOn);
  }

  /** Two readers do not keep each other out. */
  private inconsistent(bits: number): boolean {
    const writer = bits & all;
    const any = writer | (bits >> readerShift);
    return meets(writer, any) || meets(any, writer);
  }
}

/** Whether an interrupt that takes it as `inside` tells can come where it is taken as `outside` tells. */
function meets(inside: number, outside: number): boolean {
  return (
    ((inside & usage.inHardirq) !== 0 && (outside & usage.irqsOn) !== 0) ||
    ((inside & usage.inSoftirq) !== 0 && (outside & usage.bhOn) !== 0)
  );
}
