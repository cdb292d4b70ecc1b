export { coverage, unreached } from './coverage.js';
export { event, facts, findingKind, wait } from './execution.js';
export { lifetime, locks, reference, waiting } from './moments.js';
export { count, lockMode, place, schedule, side, variable } from './parts.js';
