// A list of JSON texts that stays small in memory: beyond a few megabytes it goes to a temporary file without a name.
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const maxBytesInMemory = 4 * 1024 * 1024;
const readBytes = 1024 * 1024;

export interface JsonSpool {
  /** `text` has no line end in it, as JSON.stringify makes it. */
  push(text: string): void;
  /** All texts, in order. */
  items(): Generator<string, void, undefined>;
  close(): void;
}

export function createJsonSpool(limit = maxBytesInMemory): JsonSpool {
  let memory: string[] = [];
  let bytes = 0;
  let file: number | null = null;

  const spill = () => {
    file ??= openNameless();
    writeSync(file, `${memory.join('\n')}\n`);
    memory = [];
    bytes = 0;
  };

  return {
    push(text) {
      memory.push(text);
      bytes += text.length;
      if (bytes > limit) spill();
    },
    *items() {
      if (file !== null) yield* linesOf(file);
      yield* memory;
    },
    close() {
      if (file !== null) closeSync(file);
      file = null;
      memory = [];
    },
  };
}

function openNameless(): number {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-'));
  const file = openSync(join(directory, 'spool'), 'wx+', 0o600);
  // The open file outlives its name, and ends with this process however that ends.
  rmSync(directory, { recursive: true });
  return file;
}

function* linesOf(file: number): Generator<string, void, undefined> {
  const buffer = Buffer.alloc(readBytes);
  let rest = Buffer.alloc(0);
  for (let position = 0; ; ) {
    const length = readSync(file, buffer, 0, buffer.length, position);
    if (length === 0) return;
    position += length;
    const data = Buffer.concat([rest, buffer.subarray(0, length)]);
    let start = 0;
    for (let end = data.indexOf(10); end >= 0; end = data.indexOf(10, start)) {
      yield data.toString('utf8', start, end);
      start = end + 1;
    }
    rest = Buffer.from(data.subarray(start));
  }
}
