export { type RaceRenderOptions, renderRaceReport } from './race.js';
export { printable, type TerminalOptions } from './text.js';
