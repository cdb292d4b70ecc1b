export { type Accelerator, chooseAccelerator } from './accelerator.js';
export { type BootOptions, boot } from './boot.js';
export {
  type GuestOptions,
  qemuCommand,
  qemuCommandText,
  type StockOptions,
  stockOptions,
} from './command.js';
