export { renderKcidb } from './kcidb.js';
