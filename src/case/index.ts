export { exposeText } from './expose-text.js';
export { loadCase } from './load.js';
export { type CaseFile, caseJsonSchema } from './schema.js';
export type * from './types.js';
