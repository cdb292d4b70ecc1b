export { contextsOf, firstOf } from './context-set.js';
export type { FindingKind, Incident } from './findings.js';
export { exportedEntry } from './instance.js';
export { type KernelMachine, kernelMachine } from './kernel/index.js';
export type { InputValues } from './libc/index.js';
export { Machine } from './machine.js';
export { plainCMachine } from './plain-c.js';
export { abandon, type Scheduler } from './scheduler.js';
export type { Ending, MachineLimits, Tracer } from './types.js';
