export { checkWithMessages, renderCheck, renderCheckReplay, sourceLines } from './check.js';
