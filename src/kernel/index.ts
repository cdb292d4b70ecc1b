export * from './build/index.js';
export { type DescribedDevice, proxyDevice, requireProxyDevice } from './device.js';
export * from './directed/index.js';
export * from './kconfig/index.js';
export { caseFiles, directedFiles, harnessFolder, harnessPath } from './overlay/index.js';
export { type StockOptions, stockOptions } from './qemu/index.js';
export { type Emulator, findEmulator, type KernelRunRequest, runKernel } from './run.js';
export type * from './types.js';
