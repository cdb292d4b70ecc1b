export { deviceHeader, registersHeader } from './behaviour.js';
export { DeviceFailure, DeviceHost } from './device-host.js';
export { loadDevice } from './load.js';
export { type DeviceActivity, type HeldAccess, startPciSession } from './pci-session.js';
export { deviceJsonSchema } from './schema.js';
export type { Device } from './types.js';
export { buildInitramfs } from './user-program.js';
