export { type BoundaryFunction, linkProgram, type Program } from './link.js';
export type { SourcePlace, Symbols } from './symbols.js';
export type { FunctionType } from './wasm-module.js';
