export { evidenceOf } from './evidence-of.js';
export type * from './evidence-types.js';
export { exitCodeFor } from './exit-code.js';
export { judge } from './judge.js';
export { judgeModel, type ModelPair, type ModelVerdict } from './judge-model.js';
export { type ExpectedPair, expectedPairs, type JudgedCase, matchPair } from './match.js';
export { chanceLimit, type Interval, intervalLevel, type Rate, shareInterval } from './statistics.js';
export { percent, significant } from './text.js';
export type * from './types.js';
