export * from './errors.js';
export * from './header-text.js';
export * from './paths.js';
export * from './process.js';
export * from './progress.js';
export * from './shell-word.js';
export * from './suggest.js';
export * from './words.js';
