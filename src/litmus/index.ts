// Litmus tests of the kernel's memory model.
export { primitives } from './primitives.js';
export { type LitmusOptions, runLitmus } from './run.js';
export type * from './types.js';
