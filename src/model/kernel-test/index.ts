export { findsKernelCanary } from './canary.js';
export { type Outcome, type OutcomeCounts, Outcomes } from './outcomes.js';
export { type TestObserver, testEntry } from './run-test.js';
export { type TestSide, testSides } from './sides.js';
