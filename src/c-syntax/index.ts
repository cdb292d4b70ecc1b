// Reading C: as text, and as a syntax tree with what its declarations say.
export * from './declarations.js';
export { type FunctionDefinition, functionDefinitions } from './functions.js';
export { type CNode, type CParser, openCParser } from './parser.js';
export { type StatementPlace, statementAt } from './statements.js';
export { hasWord, withoutComments } from './text.js';
