export { type ConsoleEvent, readConsole } from './console-events.js';
export { type ConsoleHandlers, type ConsoleReader, createConsoleReader } from './console-reader.js';
export { type Damage, type DamageKind, maxDamageText } from './damage.js';
export { formatKernelReport } from './format-kernel-report.js';
export { formatAccess, formatFrame, formatRaceReport } from './format-race-report.js';
export { createRaceGroups, groupRaces, type RaceGroups, racingFunctions } from './group-races.js';
export {
  type BrokenInvariant,
  type HarnessCounts,
  parseBrokenInvariant,
  parseHarnessCounts,
} from './harness-counts.js';
export type * from './kernel/kernel-report.js';
export type * from './race-report.js';
export {
  kernelReportSchema,
  type ParseOutput,
  parseOutputJsonSchema,
  parseOutputSchema,
  raceReportSchema,
  stackFrameSchema,
} from './schema.js';
export { createSymbolizer, type Symbolizer, type SymbolizerOptions } from './symbolize/symbolizer.js';
export { findSymbolizerTools, type SymbolizerTools } from './symbolize/tools.js';
export type * from './test-result.js';
export type * from './trouble.js';
