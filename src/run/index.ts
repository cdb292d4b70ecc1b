export { type BisectCaseRequest, bisectCase, type CaseOnCommit } from './bisect-case.js';
export { compareRecords, type RecordDifferences } from './compare-records.js';
export { type DirectCaseRequest, directCase } from './directed/direct-case.js';
export type {
  DirectedEngineOptions,
  EngineChoice,
  KcsanEngineOptions,
  KernelEngineOptions,
  ModelEngineOptions,
} from './engines/index.js';
export { fetchFix } from './mailed-fix.js';
export { replayCase } from './replay-case.js';
export { type RerunRequest, type RerunResult, rerun } from './rerun.js';
export { findFix, type RunCaseRequest, type RunCaseResult, runCase } from './run-case.js';
export { type RunTreesRequest, runTrees, type TreeOutcome } from './run-trees.js';
export { type Estimate, rankSamples, type TunePoint, type TuneResult, tuneCase } from './tune-case.js';
