export { findFix, type RunCaseRequest, type RunCaseResult, runCase } from './run-case.js';
export { type KcsanResult, type RunKcsanRequest, runKcsanCase } from './run-kcsan.js';
export { type RunModelCaseRequest, type RunModelCaseResult, runModelCase } from './run-model.js';
