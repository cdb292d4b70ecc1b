export type { SwitchExports } from './asyncify.js';
export type { BlockEdge, CodeBlock } from './blocks.js';
export { type DataObject, dataObjectFlags, withoutRelocations } from './data-objects.js';
export {
  type DebugInfo,
  type DifferingStruct,
  type Entry,
  elementOf,
  memberNamed,
  placeIn,
  pointee,
  sizeOf,
  structName,
  type TypePlace,
} from './dwarf/index.js';
export type { Fault } from './faults.js';
export { linkProgram } from './link.js';
export {
  type CallKind,
  coverageExport,
  faultCallee,
  faultSite,
  leaving,
  readMark,
  stackGlobals,
} from './pass-sites.js';
export {
  assembleProgram,
  type BoundaryFunction,
  callTold,
  type LinkOptions,
  type MakeSwitchable,
  type Program,
} from './program.js';
export { withRedZones } from './red-zones.js';
export type { SourcePlace, Symbols } from './symbols.js';
export { firstThreadLocal, type ThreadLocalData, threadBase } from './thread-locals.js';
export {
  hasThreadLocals,
  standInObject,
  standInSymbol,
  type UndefinedVariable,
  undefinedVariableBytes,
  undefinedVariables,
} from './undefined-variables.js';
export { type FunctionType, parseModule } from './wasm-module.js';
