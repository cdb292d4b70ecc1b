// The public API: what the command line does, for programs. Each room's own index says what it holds.
export {
  type ErrorKind,
  InputErrors,
  type Location,
  MillraceError,
  type Progress,
  silentProgress,
} from './base/index.js';
export * from './case/index.js';
export * from './doctor/index.js';
export * from './evidence/index.js';
export { type ExportRequest, type ExportResult, exportCase } from './export/index.js';
export * from './judge/index.js';
export type {
  BootOutcome,
  BootRecord,
  Exercise,
  KernelRun,
} from './kernel/index.js';
export { type LitmusResult, type LitmusState, runLitmus, type Witness } from './litmus/index.js';
export * from './model/index.js';
export {
  type CheckResult,
  checkProgram,
  prepareCheck,
} from './model/plain-c/index.js';
export * from './record/index.js';
export { renderCheck } from './render/check/index.js';
export * from './render/index.js';
export * from './render/terminal/index.js';
export * from './report/index.js';
export * from './run/index.js';
export * from './tree/index.js';
