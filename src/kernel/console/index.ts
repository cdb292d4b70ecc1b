export { exercisesOf } from './exercise.js';
