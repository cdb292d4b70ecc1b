export { asyncify } from './asyncify.js';
export { type BoundaryFunction, callTold, type LinkOptions, linkProgram, type Program } from './link.js';
export { leaving } from './pass-sites.js';
export type { SourcePlace, Symbols } from './symbols.js';
export { type FunctionType, parseModule } from './wasm-module.js';
