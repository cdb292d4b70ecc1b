export { testEntry } from './run-test.js';
export { type TestSide, testSides } from './sides.js';
