// A device in a thread of its own, called from here: each call ends within its time, with an answer or with the device.
import { Worker } from 'node:worker_threads';
import { builtFile } from '../base/index.js';
import type { DeviceAnswer } from './machine.js';
import { CallMemory, createCallMemory, state, type ThreadRequest } from './thread-protocol.js';
import type { Device } from './types.js';

/** Why a device could not go on: one sentence about it. */
export class DeviceFailure extends Error {}

export interface DeviceHostOptions {
  readonly device: Device;
  /** device.c as WebAssembly; null where registers are all there is. */
  readonly wasm: Uint8Array | null;
  /** Milliseconds that one call may take; 2,000 by default. */
  readonly patience?: number;
}

const defaultPatience = 2000;
/** Of the first call, in which the thread starts. */
const startPatience = 20_000;

export class DeviceHost {
  private readonly calls: CallMemory;
  private readonly worker: Worker;
  private readonly patience: number;
  private started = false;
  private ended = false;

  constructor({ device, wasm, patience = defaultPatience }: DeviceHostOptions) {
    const shared = createCallMemory();
    this.calls = new CallMemory(shared);
    this.patience = patience;
    this.worker = new Worker(builtFile('device/device-thread.js'), {
      workerData: { shared, device: { ...device, code: null }, wasm },
      resourceLimits: { maxOldGenerationSizeMb: 256 },
    });
    // It ends by end() alone; what it throws comes as a failed call, or as none.
    this.worker.on('error', () => {});
    this.worker.unref();
  }

  /** Errors: {@link DeviceFailure}, after which there is no device any more. */
  ask(request: ThreadRequest): DeviceAnswer {
    if (this.ended) throw new DeviceFailure('it was ended before');
    this.calls.put(request, state.asked);
    const patience = this.started ? this.patience : Math.max(startPatience, this.patience);
    const waited = Atomics.wait(this.calls.words, 0, state.asked, patience);
    this.started = true;
    if (waited === 'timed-out') {
      this.end();
      throw new DeviceFailure(`it gave no answer within ${patience / 1000} s`);
    }
    if (Atomics.load(this.calls.words, 0) === state.failed) {
      const text = String(this.calls.take());
      this.end();
      throw new DeviceFailure(text);
    }
    return this.calls.take() as DeviceAnswer;
  }

  end(): void {
    this.ended = true;
    void this.worker.terminate();
  }
}
