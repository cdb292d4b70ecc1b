export type * from './race-report.js';
export type * from './test-result.js';
export type * from './trouble.js';
