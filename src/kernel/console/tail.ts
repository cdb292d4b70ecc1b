// A file read while somebody else writes it. QEMU writes the console to a file, and to no pipe: a pipe that its reader
// leaves full makes QEMU's serial line wait, and the guest's driver does not wait with it.
import { closeSync, openSync, readSync } from 'node:fs';

export interface Tail {
  /** Reads what is left, and lets go of the file; once is enough. */
  end(): void;
}

const pollMs = 50;
const chunkBytes = 256 * 1024;

/** Calls `onChunk` with what `path`, which exists, has got, some 20 times a second. */
export function followFile(path: string, onChunk: (chunk: Uint8Array) => void): Tail {
  const file = openSync(path, 'r');
  const buffer = Buffer.allocUnsafe(chunkBytes);
  const readOn = () => {
    for (;;) {
      const count = readSync(file, buffer, 0, chunkBytes, null);
      if (count === 0) return;
      onChunk(buffer.subarray(0, count));
    }
  };
  let ended = false;
  const timer = setInterval(readOn, pollMs);
  return {
    end() {
      if (ended) return;
      ended = true;
      clearInterval(timer);
      readOn();
      closeSync(file);
    },
  };
}
