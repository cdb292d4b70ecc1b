export {
  type CompiledModel,
  type CompiledUnit,
  type CompileRequest,
  compileModel,
  type FailedUnit,
  tryCompileModel,
} from './compile.js';
export type { ModelConfiguration } from './configuration.js';
export { isMounted, refuseForeignFiles } from './foreign-files.js';
export { type Instrumentation, instrumentationFlags } from './instrumentation.js';
export { keptModule } from './kept-modules.js';
export { compileModule, type ModuleRequest } from './module.js';
export { ObjectCache } from './object-cache.js';
export { architectureFolder, modelCacheDirectory } from './paths.js';
export * from './toolchain/index.js';
export { canaryName, caseUnits, type ModelUnit } from './units.js';
