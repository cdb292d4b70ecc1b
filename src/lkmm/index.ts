// The kernel's memory model over one execution.
export { Candidate, initialProcess } from './candidate.js';
export type * from './events.js';
export { type Flag, Model } from './model.js';
export { Relation } from './relation.js';
