export { renderKcsanResult } from './kcsan-result.js';
export { renderKernelResult } from './kernel-result.js';
export { renderModelResult } from './model-result.js';
export { type RaceRenderOptions, renderRaceReport } from './race.js';
export { renderResult } from './result.js';
export type { ResultOptions } from './section.js';
export { type TableOptions, tableLines } from './table.js';
export { printable, type TerminalOptions, wrapLines } from './text.js';
export { renderTuneResult, type TuneOptions } from './tune-result.js';
