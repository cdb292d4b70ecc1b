export { roundTexts, turnTexts } from './directed.js';
export { modelHarms } from './effects.js';
export { findingStories } from './findings.js';
export { introducedText } from './introduced.js';
export { isShown, racingPairs, subjectPrefix } from './pairs.js';
export { type Predictions, predictions } from './predictions.js';
export {
  type FirstReport,
  firstModelRace,
  firstReport,
  isHarness,
  modelRaceLines,
  type ReportPlace,
  reportLines,
} from './reports.js';
