export { findModelCompiler, type ModelCompilerChoice } from './find.js';
export type * from './types.js';
export { mountRoot } from './types.js';
