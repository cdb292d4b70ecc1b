export { commandLines } from './command.js';
export { bullet, capital, joinBlocks, listed, paragraph, plural, printableText, sentence } from './text.js';
