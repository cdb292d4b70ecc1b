// C as a syntax tree, and what its declarations say.
export * from './declarations.js';
export { type CNode, type CParser, openCParser } from './parser.js';
export { type StatementPlace, statementAt } from './statements.js';
