export { testEntry } from './run-test.js';
