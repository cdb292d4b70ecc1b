// Which blocks of the program's code each context ran, in any execution: a byte for each, which the code itself sets. It
// lies behind all memory that belongs to the program, and no execution begins by clearing it.
import { maxContexts } from '../detect/index.js';
import type { Program } from '../link/index.js';

export class Coverage {
  /** Address for what is to be noted of no context. */
  readonly nobody: number;
  private readonly start: number;
  private readonly stride: number;
  private readonly bytes: Uint8Array;

  static bytesFor({ blocks }: Program): number {
    return (maxContexts + 1) * blocks.length;
  }

  /** @param bytes as many as {@link bytesFor} says, at the address `start` */
  constructor({ blocks }: Program, bytes: Uint8Array, start: number) {
    this.start = start;
    this.stride = blocks.length;
    this.bytes = bytes;
    this.nobody = start + maxContexts * blocks.length;
  }

  /** Address of the first block's byte. */
  addressOf(context: number): number {
    return this.start + context * this.stride;
  }

  /** Contexts that ran anything. */
  contexts(): number[] {
    const { stride, bytes } = this;
    return Array.from({ length: maxContexts }, (_, context) => context).filter((context) =>
      bytes.subarray(context * stride, (context + 1) * stride).includes(1),
    );
  }

  has(context: number, block: number): boolean {
    return this.bytes[context * this.stride + block] === 1;
  }

  /** Every block as never run. */
  clear(): void {
    this.bytes.fill(0);
  }

  /** All that was noted so far: plain data, for another thread. */
  take(): Uint8Array {
    return this.bytes.slice(0, maxContexts * this.stride);
  }

  /** What another machine of the same program has noted. */
  merge(taken: Uint8Array): void {
    for (let i = 0; i < taken.length; i++) if (taken[i] === 1) this.bytes[i] = 1;
  }
}
