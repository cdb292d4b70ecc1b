export type { Image } from './images.js';
export { type BuildRequest, type BuiltKernel, buildKernel } from './kernel-build.js';
export * from './toolchain.js';
