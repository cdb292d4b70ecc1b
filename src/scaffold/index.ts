export type { Todo } from '../case/index.js';
export { type Scaffold, type ScaffoldRequest, scaffoldCase } from './scaffold.js';
