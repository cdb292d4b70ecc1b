export { coverage, unreached } from './coverage.js';
export { event, facts, findingKind, wait, waiting } from './execution.js';
export { count, lockMode, place, schedule, side, variable } from './parts.js';
