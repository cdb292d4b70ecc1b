export type { FindingKind, Incident } from './findings.js';
export { type KernelMachine, kernelMachine } from './kernel/index.js';
export type { InputValues } from './libc/index.js';
export {
  contextsOf,
  type Ending,
  exportedEntry,
  firstOf,
  Machine,
  type MachineLimits,
  type Tracer,
} from './machine.js';
export { plainCMachine } from './plain-c.js';
export { abandon, type Scheduler } from './scheduler.js';
