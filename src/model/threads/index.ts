export { recruiter, type ThreadProgram } from './recruit.js';
