export { type CaseKcsanOptions, caseKcsanProgram } from './case.js';
export { linkPlainKcsan, type PlainKcsanOptions, plainKcsanProgram } from './plain-c.js';
export { type KcsanProgram, type RaceIdentity, type Sample, type SampleLimits, sample } from './sample.js';
export { type ContextView, type Level, type StartDelay, TimedScheduler } from './timed-scheduler.js';
export { type WatchedExecution, watchExecutions } from './watch.js';
