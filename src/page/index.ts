export { caseRunner, caseSchedule, keptProgram } from './case-runner.js';
export { keepMachine, keptMachines } from './keep.js';
export { type KeptMachine, packMachine, unpackMachine } from './kept-machine.js';
export { type Runner, Session, type Way } from './session.js';
export type * from './trace.js';
