export type * from './basics.js';
export type * from './kcsan-types.js';
export type * from './observations.js';
export * from './run/index.js';
export type * from './types.js';
