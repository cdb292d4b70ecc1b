export {
  type DebugInfo,
  type DifferingStruct,
  type FunctionScope,
  readDebugInfo,
  type StaticVariable,
} from './debug-info.js';
export type { Entry } from './entries.js';
export { elementOf, memberNamed, placeIn, pointee, sizeOf, structName, type TypePlace } from './types.js';
