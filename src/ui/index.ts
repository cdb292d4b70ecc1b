export type { Job } from './jobs.js';
export { startUi, type Ui, type UiOptions } from './server.js';
