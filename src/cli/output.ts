// Writing to standard output with its pace kept: what the reader has not taken yet is not piled up in memory.
import type { Writable } from 'node:stream';

/** The reader of the output has gone (EPIPE). */
export class OutputClosed extends Error {}

export interface Output {
  /** Resolves when the stream can take more. Errors: {@link OutputClosed}. */
  write(text: string): Promise<void>;
}

/** Small writes are gathered, so that a million of them are not a million system calls. */
const gatherBytes = 64 * 1024;

export interface GatheringOutput extends Output {
  /** Writes what was gathered. */
  flush(): Promise<void>;
}

export function outputTo(stream: Writable): GatheringOutput {
  let gathered = '';
  let failure: Error | null = null;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    failure = error.code === 'EPIPE' ? new OutputClosed() : error;
  });

  const flush = async () => {
    const text = gathered;
    gathered = '';
    if (failure !== null) throw failure;
    if (text === '') return;
    await new Promise<void>((resolve, reject) => {
      stream.write(text, (error?: NodeJS.ErrnoException | null) => {
        if (error) reject(error.code === 'EPIPE' ? new OutputClosed() : error);
        else resolve();
      });
    });
  };

  return {
    async write(text) {
      gathered += text;
      if (gathered.length >= gatherBytes) await flush();
    },
    flush,
  };
}
