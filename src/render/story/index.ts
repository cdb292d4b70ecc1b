export { type BrokenInvariant, brokenInvariants, modelHarms } from './effects.js';
export { isShown, racingPairs, subjectPrefix } from './pairs.js';
export {
  type FirstReport,
  firstModelRace,
  firstReport,
  isHarness,
  modelRaceLines,
  reportLines,
} from './reports.js';
