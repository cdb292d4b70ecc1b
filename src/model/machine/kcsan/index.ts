// KCSAN on the machine: a detector, and the imports that feed it in the place of those of happens-before detection.
import { Kcsan, type KcsanSettings } from '../../detect/kcsan/index.js';
import { callTold } from '../../link/index.js';
import type { Machine } from '../machine.js';
import type { Import } from '../types.js';
import { accessChecker, accessImports, atomicImports, type CheckAccess } from './accesses.js';
import { CallStacks } from './call-stacks.js';
import { kcsanHost } from './host.js';
import { markImports } from './marks.js';
import type { VirtualCpus } from './types.js';

export type { CheckAccess } from './accesses.js';
export type { VirtualCpus } from './types.js';

export interface KcsanMachine {
  readonly kcsan: Kcsan;
  readonly stacks: CallStacks;
  readonly check: CheckAccess;
  readonly imports: Record<string, Import>;
}

/**
 * Whether an import can switch contexts: with CONFIG_KCSAN_WEAK_MEMORY=y also the one that tells of calls, since an
 * access that is held back ends with its function.
 */
export function kcsanSwitches(name: string, { weakMemory }: KcsanSettings): boolean {
  return weakMemory || name !== callTold;
}

/** `own`: the imports that the machine has; the program was linked to tell its calls, with {@link kcsanSwitches}. */
export function kcsanMachine(
  m: Machine,
  own: Readonly<Record<string, Import>>,
  settings: KcsanSettings,
  cpus: VirtualCpus,
  seed: number,
  warn: (text: string, site: number) => void,
): KcsanMachine {
  const stacks = new CallStacks(m, cpus);
  const currentTask = () => (own.millrace_current as (() => number) | undefined)?.() ?? null;
  const kcsan = new Kcsan(settings, kcsanHost(m, cpus, stacks, currentTask), seed);
  const check = accessChecker(m, kcsan, cpus);
  m.onReset.push(() => kcsan.beginExecution());
  return {
    kcsan,
    stacks,
    check,
    imports: {
      ...accessImports(m, kcsan, check),
      ...atomicImports(kcsan, check, m, own, cpus),
      ...markImports(m, kcsan, check, cpus, warn),
      ...stacks.imports(kcsan),
    },
  };
}
