export { type ConsoleHandlers, type ConsoleReader, createConsoleReader } from './console-reader.js';
export { createRaceGroups, groupRaces, type RaceGroups, racingFunctions } from './group-races.js';
export type * from './race-report.js';
export type * from './test-result.js';
export type * from './trouble.js';
