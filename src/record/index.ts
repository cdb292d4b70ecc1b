export { copyInto, type RecordedFile } from './files.js';
export { type ListedRun, listRuns, type RunState, readRun, stateOf } from './read.js';
export { type RunRecord, runJsonSchema } from './record-schema.js';
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
