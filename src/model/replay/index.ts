export { type CallStack, Recorder, type ReplayStep, typedValue, wordBytes } from './recorder.js';
export {
  type HeapBlock,
  type Replay,
  type ReplayedEnd,
  type ReplayedRace,
  type ReplayedWait,
  type ReplayOptions,
  replayBy,
  replaySchedule,
  ScheduleFollower,
} from './replay.js';
export { formatSchedule, parseSchedule, type Schedule } from './schedule.js';
export { type ShownStep, shownSteps } from './shared-steps.js';
