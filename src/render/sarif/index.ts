export { renderSarif } from './sarif.js';
