export { type Accelerator, chooseAccelerator } from './accelerator.js';
export { type BootOptions, boot } from './boot.js';
export { type GuestOptions, qemuCommand, qemuCommandText } from './command.js';
