export { event as stepEventSchema } from './execution-schema.js';
export { copyInto, type RecordedFile } from './files.js';
export { kcsanPairEvidence as kcsanPairSchema } from './kcsan-schema.js';
export { side as sideSchema, verdictKind as verdictKindSchema } from './model-parts.js';
export { type ListedRun, listRun, listRuns, type RunState, readRun, stateOf } from './read.js';
export { type RunRecord, runJsonSchema, runRecordSchema } from './record-schema.js';
export { verdict as verdictSchema } from './verdict-schema.js';
export {
  createRun,
  finishRun,
  type KcsanSection,
  type ModelSection,
  type RecordedSettings,
  type Run,
  type RunEnd,
  type RunStart,
  type RunUpdate,
  recordFileName,
  updateRun,
} from './write.js';
