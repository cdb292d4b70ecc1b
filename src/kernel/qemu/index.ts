export { type Accelerator, chooseAccelerator } from './accelerator.js';
export { type AttachedDevice, type BootOptions, boot, type RunningDevice } from './boot.js';
export {
  type GuestDevice,
  type GuestOptions,
  qemuCommand,
  qemuCommandText,
  type StockOptions,
  stockOptions,
} from './command.js';
