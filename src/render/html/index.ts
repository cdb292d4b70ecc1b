export type { LivePage } from './interleaving.js';
export { renderHtml } from './page.js';
