// What an execution and a run show, in English. Nothing else words these.
export { callbackText, eventText, stepText } from './events.js';
export {
  classReasonText,
  harmSentence,
  harmText,
  lockRuleText,
  outcomesText,
  suggestionText,
} from './evidence.js';
export { percent, significant, times } from './figures.js';
export {
  conflictText,
  factsText,
  findingText,
  incidentText,
  recordedText,
  sideText,
  threadText,
} from './findings.js';
export { fixRowText, weakestText } from './fix-matrix.js';
export {
  type FindingPart,
  findingParts,
  heldTexts,
  livedAlike,
  type WaitChain,
  type WaitStop,
  waitChains,
} from './moments.js';
export {
  allText,
  bootsText,
  kindText,
  limitText,
  runReasonText,
  runStatementText,
  statementsIn,
  verdictText,
} from './verdict/index.js';
export { waitText } from './waits.js';
export { withTexts } from './with-texts.js';
