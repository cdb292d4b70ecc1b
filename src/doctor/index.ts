export { type ExamineOptions, examine } from './examine.js';
export { installCommand, type System, systemOf } from './install.js';
export type * from './types.js';
