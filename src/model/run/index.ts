export { type BoundaryEntry, type BoundaryRequest, listBoundary } from './boundary.js';
export { type CaseSchedule, formatCaseSchedule, type Origin, parseCaseSchedule } from './case-schedule.js';
export {
  type DirectedModel,
  type DirectedTurn,
  type DirectRequest,
  directModel,
  type FindStatement,
  type PlayedTurns,
  playModel,
  type StatementMeeting,
  type StatementStop,
} from './directed.js';
export { sideAt } from './findings.js';
export {
  type CountedPairs,
  defaultKcsanOptions,
  type KcsanRunRequest,
  runKcsan,
  sampleTest,
} from './kcsan.js';
export { heldKind } from './lock-names.js';
export { filesRead, type PrepareRequest } from './prepare.js';
export { driverFiles } from './register-names.js';
export { type ModelReplay, type ModelReplayRequest, replayModel } from './replay.js';
export { defaultModelOptions, type ModelProgram, type ModelRunRequest, runModel } from './run.js';
export { callerPlace, type SourceNames, sourceNamesOf } from './source-names.js';
export { namesIn } from './step-names.js';
export {
  runTune,
  type TunedSettings,
  type TuneGrid,
  type TuneRequest,
  type TuneRun,
  type TuneSample,
} from './tune.js';
export { typedSteps, type VariableNames, variableNamesOf } from './variables.js';
