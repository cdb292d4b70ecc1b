export { commandLines } from './command.js';
export {
  bullet,
  capital,
  joinBlocks,
  listed,
  mailColumns,
  paragraph,
  plural,
  printableText,
  sentence,
} from './text.js';
