export {
  type CallStack,
  type HeapBlock,
  type HeldLock,
  type Replay,
  type ReplayedRace,
  type ReplayStep,
  replaySchedule,
} from './replay.js';
export { formatSchedule, parseSchedule, type Schedule } from './schedule.js';
export { scheduleTable, type TableOptions } from './table.js';
