export { findFix, type RunCaseRequest, type RunCaseResult, runCase } from './run-case.js';
export { type RunModelCaseRequest, type RunModelCaseResult, runModelCase } from './run-model.js';
