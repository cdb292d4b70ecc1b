export { type CallStack, onlyReads, Recorder, type ReplayStep, typedValue } from './recorder.js';
export {
  type HeapBlock,
  type Replay,
  type ReplayedRace,
  type ReplayedWait,
  replayBy,
  replaySchedule,
  ScheduleFollower,
} from './replay.js';
export { formatSchedule, parseSchedule, type Schedule } from './schedule.js';
export { scheduleTable, type TableOptions } from './table.js';
