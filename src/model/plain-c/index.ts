export { checkApart, replayApart } from './apart.js';
export {
  type CheckFinding,
  type CheckLimit,
  type CheckOptions,
  type CheckProgram,
  type CheckResult,
  checkProgram,
  type FindingPlace,
  linkPlainC,
  prepareProgram,
} from './check.js';
export { compilePrograms } from './compile.js';
export type { CheckFunction } from './coverage.js';
export { prepareCheck } from './prepare-check.js';
export { type CheckReplay, replayCheck } from './replay.js';
export type { CheckVariable } from './variables.js';
