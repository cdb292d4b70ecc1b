export * from './bisect.js';
