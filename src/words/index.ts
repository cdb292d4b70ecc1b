// An execution in English: what happens, what is waited for, what is wrong. Nothing else words these.
export { callbackText, eventText, stepText } from './events.js';
export {
  conflictText,
  factsText,
  findingText,
  incidentText,
  recordedText,
  sideText,
  threadText,
} from './findings.js';
export {
  type FindingPart,
  findingParts,
  heldTexts,
  livedAlike,
  type WaitChain,
  type WaitStop,
  waitChains,
} from './moments.js';
export { waitText } from './waits.js';
