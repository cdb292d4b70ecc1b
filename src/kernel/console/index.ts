export { type CheckedConsole, checkConsole } from './channel.js';
export { exercisesOf } from './exercise.js';
export { followFile, type Tail } from './tail.js';
