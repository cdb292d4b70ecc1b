export * from './kunitconfig.js';
