export {
  type DirectedRun,
  type DirectedStanding,
  type DirectedTest,
  type DirectedVerdict,
  judgeDirected,
} from './directed.js';
export { countExpected, isOfHarness } from './expected.js';
export {
  type FieldName,
  fieldText,
  isSameField,
  type LineFields,
  racingField,
} from './fields.js';
export {
  judgeKcsan,
  type KcsanPairCounts,
  type KcsanPairEvidence,
  type KcsanVerdict,
} from './kcsan.js';
export { judgeKernel } from './kernel.js';
export { type ExpectedPair, expectedPairs, type JudgedCase, matchPair } from './match.js';
export { type FixColumn, type FixMatrix, type FixRow, fixMatrix, leadingFix } from './matrix.js';
export { judgeModel, type ModelPair, type ModelVerdict } from './model.js';
export { kernelOutcome, outcomeOf } from './outcome.js';
export {
  type IncompleteBoots,
  incompleteBoots,
  type OpenReason,
  openReason,
  type Problem,
  problem,
  type Reason,
  reason,
  type SampledReports,
  type Statement,
  statement,
} from './statements.js';
export { chanceLimit, type Interval, intervalLevel, type Rate, shareInterval } from './statistics.js';
export * from './types.js';
