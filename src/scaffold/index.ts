export type { Todo } from './case-text.js';
export { type Scaffold, type ScaffoldRequest, scaffoldCase } from './scaffold.js';
