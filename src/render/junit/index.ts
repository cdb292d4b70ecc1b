export { renderJunit } from './junit.js';
