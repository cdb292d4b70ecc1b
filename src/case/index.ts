export { type FunctionDefinition, functionDefinitions } from './c-functions.js';
export { caseChanges } from './changes.js';
export { exposeText } from './expose-text.js';
export { bundledCases, caseArgument, findCase } from './find.js';
export { caseFileName, loadCase } from './load.js';
export { type CaseFile, caseJsonSchema, expectedKinds } from './schema.js';
export { openTodos, type Todo, todosIn } from './todos.js';
export { checkCaseAgainstTree } from './tree-check.js';
export type * from './types.js';
