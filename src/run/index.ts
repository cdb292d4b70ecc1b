export { findFix, type RunCaseRequest, type RunCaseResult, runCase } from './run-case.js';
