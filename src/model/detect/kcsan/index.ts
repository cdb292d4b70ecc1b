export { accessTypeWords, kcsanAccess } from './access-types.js';
export { type KcsanContext, type ScopedAccess, scopedAccessWords } from './context.js';
export type { Counters } from './counters.js';
export {
  type DecodedWatchpoint,
  decodeWatchpoint,
  encodeWatchpoint,
  matchingAccess,
  maxEncodableSize,
  numSlots,
  slotRange,
  watchpointSlot,
} from './encoding.js';
export type { KcsanHost } from './host.js';
export { type AccessInfo, type FrameNames, type KcsanReport, raceReport } from './report.js';
export { Kcsan } from './runtime.js';
export {
  defaultKcsanSettings,
  type KcsanSettings,
  kcsanConfigLines,
  kcsanSettings,
  strictKcsanSettings,
} from './settings.js';
export { WatchpointTable } from './watchpoints.js';
