export { type BoundaryEntry, type BoundaryRequest, listBoundary } from './boundary.js';
export { type CaseSchedule, type Origin, parseCaseSchedule } from './case-schedule.js';
export {
  type CountedPairs,
  defaultKcsanOptions,
  type KcsanRunRequest,
  runKcsan,
  sampleTest,
} from './kcsan.js';
export { type ModelReplay, type ModelReplayRequest, replayModel } from './replay.js';
export { defaultModelOptions, type ModelRunRequest, runModel } from './run.js';
export {
  runTune,
  type TunedSettings,
  type TuneGrid,
  type TuneRequest,
  type TuneRun,
  type TuneSample,
} from './tune.js';
