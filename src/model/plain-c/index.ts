export {
  type CheckFinding,
  type CheckOptions,
  type CheckProgram,
  type CheckResult,
  checkProgram,
  type FindingPlace,
  linkPlainC,
  prepareCheck,
  prepareProgram,
} from './check.js';
export { compilePrograms } from './compile.js';
export { renderCheck, sourceLines } from './render.js';
