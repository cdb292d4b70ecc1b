// One call at a time between the process that QEMU talks to and the thread that has the device, in shared memory: the
// caller waits for the answer, and no longer than it says. A device that does not answer can be ended that way.
import type { DeviceAnswer, DeviceRequest } from './machine.js';
import type { Device } from './types.js';

/** Where a call is; the first word of the shared memory. */
export const state = { idle: 0, asked: 1, answered: 2, failed: 3 } as const;

const headerBytes = 8;
const textBytes = 32 * 1024;

/** Shared memory for calls. */
export function createCallMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(headerBytes + textBytes);
}

/** Both ends of the calls in one piece of shared memory. */
export class CallMemory {
  readonly words: Int32Array;
  private readonly text: Uint8Array;

  constructor(shared: SharedArrayBuffer) {
    this.words = new Int32Array(shared, 0, 2);
    this.text = new Uint8Array(shared, headerBytes);
  }

  put(value: unknown, next: number): void {
    const text = Buffer.from(
      JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? { bigint: String(inner) } : inner)),
    );
    if (text.length > textBytes) throw new RangeError('a call with its answer is larger than its memory');
    this.text.set(text);
    this.words[1] = text.length;
    Atomics.store(this.words, 0, next);
    Atomics.notify(this.words, 0);
  }

  take(): unknown {
    const text = Buffer.from(this.text.slice(0, this.words[1])).toString('utf8');
    return JSON.parse(text, (_, inner) =>
      typeof inner === 'object' && inner !== null && typeof inner.bigint === 'string'
        ? BigInt(inner.bigint)
        : inner,
    );
  }
}

/** What a thread is started with. */
export interface ThreadData {
  readonly shared: SharedArrayBuffer;
  readonly device: Device;
  readonly wasm: Uint8Array | null;
}

/** What may be asked of the thread: of the device, or where the guest's memory is. */
export type ThreadRequest = DeviceRequest | { readonly kind: 'memory-file'; readonly path: string };

export type ThreadAnswer = DeviceAnswer;
