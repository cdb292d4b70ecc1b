// The public API, chosen by hand: what the command line does, for programs. Each name is documented where it is declared;
// `npm run api` makes docs/api/ of that, and a test fails for one without a comment.
export {
  type ErrorKind,
  InputErrors,
  type Location,
  MillraceError,
  type Outcome,
  type Progress,
  silentProgress,
} from './base/index.js';
export { type Case, type CaseFix, findCase, loadCase } from './case/index.js';
export { type DoctorReport, examine } from './doctor/index.js';
export {
  type EngineEvidence,
  type Evidence,
  engineOf,
  evidenceOf,
  type RunVerdict,
} from './evidence/index.js';
export { type ExportRequest, type ExportResult, exportCase } from './export/index.js';
export type { EngineName, VerdictKind } from './judge/index.js';
export { type LitmusResult, runLitmus } from './litmus/index.js';
export { type CheckOptions, type CheckResult, checkProgram, prepareCheck } from './model/plain-c/index.js';
export { listRuns, type Run, type RunRecord, readRun, sectionOf } from './record/index.js';
export { renderCheck } from './render/check/index.js';
export { type ReportFormat, type ReportOptions, renderReport } from './render/index.js';
export {
  type ConsoleEvent,
  groupRaces,
  type KernelReport,
  type RaceReport,
  readConsole,
} from './report/index.js';
export {
  type EngineChoice,
  findFix,
  type RunCaseRequest,
  type RunCaseResult,
  replayCase,
  rerun,
  runCase,
  tuneCase,
} from './run/index.js';
export { openTree, type Tree } from './tree/index.js';
export { runReasonText, runStatementText, verdictText } from './words/index.js';
