export { asyncify, type SwitchExports } from './asyncify.js';
export type { BlockEdge, CodeBlock } from './blocks.js';
export {
  type DebugInfo,
  type Entry,
  elementOf,
  memberNamed,
  placeIn,
  pointee,
  sizeOf,
  structName,
  type TypePlace,
} from './dwarf/index.js';
export { type BoundaryFunction, callTold, type LinkOptions, linkProgram, type Program } from './link.js';
export { type CallKind, coverageExport, leaving, readMark } from './pass-sites.js';
export type { SourcePlace, Symbols } from './symbols.js';
export {
  standInObject,
  standInSymbol,
  type UndefinedVariable,
  undefinedVariableBytes,
  undefinedVariables,
} from './undefined-variables.js';
export { type FunctionType, parseModule } from './wasm-module.js';
