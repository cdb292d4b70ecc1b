export { type DebugInfo, type FunctionScope, readDebugInfo, type StaticVariable } from './debug-info.js';
export type { Entry } from './entries.js';
export { elementOf, memberNamed, placeIn, pointee, sizeOf, structName, type TypePlace } from './types.js';
