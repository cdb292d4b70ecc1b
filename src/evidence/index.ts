export type * from './engine-types.js';
export { evidenceOf } from './evidence.js';
export { exitCodeFor, verdictExitCode } from './exit-code.js';
export type { FieldName, LineFields } from './fields.js';
export { judge } from './judge.js';
export {
  judgeKcsan,
  type KcsanPairEvidence,
  type KcsanPairSide,
  type KcsanVerdict,
} from './judge-kcsan.js';
export { judgeModel, type ModelPair, type ModelVerdict } from './judge-model.js';
export { type ExpectedPair, expectedPairs, type JudgedCase, matchPair } from './match.js';
export type { OpenReason } from './open.js';
export { reportJsonSchema } from './schema.js';
export { chanceLimit, type Interval, intervalLevel, type Rate, shareInterval } from './statistics.js';
export { percent, significant } from './text.js';
export type * from './types.js';
export type * from './verdict-types.js';
export { findingText } from './wait-text.js';
