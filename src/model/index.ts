export * from './basics.js';
export { compileModule, findModelCompiler } from './compile/index.js';
export type * from './kcsan-types.js';
export type { FunctionType } from './link/index.js';
export { findingKinds, misusedObjects, misuses } from './machine/findings.js';
export type {
  CallbackKind,
  FindingFacts,
  FindingKind,
  LockKind,
  LockMode,
  MisuseFacts,
  StepEvent,
  Wait,
  WrongPlace,
} from './machine/index.js';
export type * from './observations.js';
export type { ShownStep } from './replay/index.js';
export * from './run/index.js';
export type * from './types.js';
