export { runSelftest, type SelftestVerdict } from './selftest.js';
export { buildSuite, type Suite } from './suite.js';
export { type SuiteCase, SuiteMachine, type SuiteVerdict } from './suite-machine.js';
