export { maxContexts } from '../detect/index.js';
export { contextsOf, firstOf } from './context-set.js';
export { Coverage } from './coverage.js';
export {
  type AccessEvent,
  type CallbackKind,
  type LockKind,
  type MachineEvent,
  noSite,
  onlyReads,
  type StepEvent,
  type Tracer,
} from './events.js';
export {
  type Cut,
  type CutKind,
  type FindingFacts,
  type FindingKind,
  factsOf,
  type Incident,
  type MisuseFacts,
  type WrongPlace,
} from './findings.js';
export { type HeldLock, HeldLocks, type LockMode } from './held-locks.js';
export { exportedEntry } from './instance.js';
export { type KcsanMachine, kcsanMachine, kcsanSwitches, type VirtualCpus } from './kcsan/index.js';
export { type KernelMachine, type KernelOverride, kernelMachine } from './kernel/index.js';
export { type InputValues, inputsOf } from './libc/index.js';
export { readString } from './libc/text.js';

export { Machine } from './machine.js';
export { Grain, type Mode, plainMode } from './mode.js';
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
} from './types.js';
export { type Wait, waitOf, waits } from './waits.js';
