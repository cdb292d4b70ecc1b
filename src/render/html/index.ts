export type { LivePage } from './interleaving.js';
export { renderHtml } from './page.js';
export { style as documentStyle } from './style.js';
