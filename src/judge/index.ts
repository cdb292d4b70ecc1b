export { countExpected } from './expected.js';
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
export { judgeModel, type ModelPair, type ModelVerdict } from './model.js';
export { displayName } from './names.js';
export type { OpenReason } from './open.js';
export { kernelOutcome, outcomeOf } from './outcome.js';
export { chanceLimit, type Interval, intervalLevel, type Rate, shareInterval } from './statistics.js';
export { percent, significant } from './text.js';
export type * from './types.js';
