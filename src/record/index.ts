export { describedTexts } from './described-texts.js';
export { copyInto, type RecordedFile } from './files.js';
export { isAlive, markThisProcess, type ProcessMark } from './liveness.js';
export { migrated } from './migrate.js';
export { type ListedRun, listRun, listRuns, type RunState, readRun, stateOf } from './read.js';
export {
  type RunRecord,
  runJsonSchema,
  runRecordSchema,
  type SectionOf,
  sectionOf,
  sectionSchemas,
} from './record-schema.js';
export { verdictParts } from './verdict-parts.js';
export {
  createRun,
  type DirectedSection,
  type EngineSection,
  finishRun,
  type KcsanSection,
  type KernelSection,
  type ModelSection,
  type RecordedSettings,
  type Run,
  type RunEnd,
  type RunStart,
  type RunUpdate,
  recordFileName,
  updateRun,
} from './write.js';
