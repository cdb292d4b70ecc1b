export { maxContexts } from '../detect/index.js';
export { contextsOf, firstOf } from './context-set.js';
export { Coverage } from './coverage.js';
export type { Cut, CutKind, FindingKind, Incident } from './findings.js';
export { exportedEntry } from './instance.js';
export { type KcsanMachine, kcsanMachine, kcsanSwitches, type VirtualCpus } from './kcsan/index.js';
export { type KernelMachine, type KernelOverride, kernelMachine } from './kernel/index.js';
export { type InputValues, inputsOf } from './libc/index.js';
export { readString } from './libc/text.js';
export { type HeldLock, HeldLocks, type LockEvent, type LockKind, type LockMode } from './lock-events.js';
export { Machine } from './machine.js';
export { plainCMachine } from './plain-c.js';
export { fewThreads } from './pthread/index.js';
export { abandon, type Scheduler } from './scheduler.js';
export type { WaitingLoop } from './spin-loops.js';
export { notBegun, type Suspended } from './suspended.js';
export {
  type Ending,
  type Import,
  type ImportOverride,
  type MachineLimits,
  noFootprint,
  refinements,
  type Tracer,
} from './types.js';
