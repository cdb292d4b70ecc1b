export { type ObjectRules, objectRules, type TreeFiles } from './object-rules.js';
