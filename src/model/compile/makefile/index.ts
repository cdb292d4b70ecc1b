export { evaluateMakefile, type MakefileOptions, type MakeVariables } from './evaluate.js';
export { type ObjectRules, objectRules, type TreeFiles } from './object-rules.js';
