export { openTree, type TreeOptions } from './open.js';
export { materialiseOverlay, type OverlayOptions, type OverlayResult } from './overlay.js';
export type * from './types.js';
