export type * from './engine-types.js';
export { engineOf, evidenceOf } from './evidence.js';
export { reportJsonSchema } from './schema.js';
export type * from './types.js';
export type * from './verdict-types.js';
