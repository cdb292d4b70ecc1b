export * from './case-files.js';
