export type { Todo } from '../case/index.js';
export { hasSides, reportFunctions } from './report-sides.js';
export { type Scaffold, type ScaffoldRequest, scaffoldCase } from './scaffold.js';
