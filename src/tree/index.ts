export { applyPatch } from './apply-patch.js';
export { type BlamedCommit, blame, type SourceLine } from './blame.js';
export { type CachedTree, cachedTrees } from './cache.js';
export { createPatch, type PatchMail } from './create-patch.js';
export { remoteKernels } from './debian.js';
export { type Checkout, type Commit, type History, openHistory, type Range } from './history.js';
export { kernelVersion } from './makefile.js';
export {
  type DefaultTreeOptions,
  defaultTree,
  defaultTreeSpec,
  findTree,
  openTree,
  type TreeOptions,
} from './open.js';
export { materialiseOverlay, type OverlayOptions, type OverlayResult } from './overlay.js';
export { type FilePatch, type Hunk, type Patch, parsePatch, readPatch } from './read-patch.js';
export type { RemoteKernel } from './suites.js';
export type * from './types.js';
