export { type CallStack, type HeldLock, onlyReads, Recorder, type ReplayStep } from './recorder.js';
export { type HeapBlock, type Replay, type ReplayedRace, replaySchedule } from './replay.js';
export { formatSchedule, parseSchedule, type Schedule } from './schedule.js';
export { scheduleTable, type TableOptions } from './table.js';
