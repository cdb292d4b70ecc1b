export { kindText } from './kinds.js';
export { statementsIn } from './reasons.js';
export {
  limitText,
  runReasonText,
  runReasonWords,
  runStatementText,
  runStatementWords,
  verdictText,
} from './run.js';
export { allText, bootsText, type Words, wordsOf } from './statements.js';
