export { caseInText } from './case-argument.js';
export { commandLines } from './command.js';
export {
  bullet,
  capital,
  joinBlocks,
  listed,
  mailColumns,
  paragraph,
  printableText,
  sentence,
} from './text.js';
