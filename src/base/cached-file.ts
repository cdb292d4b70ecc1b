// Files of a cache: each begins with the digest of what follows, so that one which was cut short, exchanged or changed
// is seen and made anew. Whoever wants to tell of it listens to the channel.
import { createHash } from 'node:crypto';
import { channel } from 'node:diagnostics_channel';
import { readFile, rm } from 'node:fs/promises';
import { writeWhole } from './whole-file.js';

const digestBytes = 32;

/** Told the path of a file of the cache that was not as it had been written, and is made anew. */
export const damagedCache = channel('millrace:damaged-cache');

/**
 * `key` is what the contents were made from: a file that was written for another one is damaged.
 * Errors: as `writeWhole()`.
 */
export function writeCached(path: string, key: string, contents: string | Uint8Array): Promise<void> {
  const bytes = Buffer.from(contents as Uint8Array);
  return writeWhole(path, Buffer.concat([digestOf(key, bytes), bytes]), { sync: false });
}

/** What was written for `key`; null when there is none, or it is damaged, and gone then. */
export async function readCached(path: string, key: string): Promise<Buffer | null> {
  const bytes = await readFile(path).catch(() => null);
  if (bytes === null) return null;
  const contents = bytes.subarray(digestBytes);
  if (digestOf(key, contents).equals(bytes.subarray(0, digestBytes))) return contents;
  damagedCache.publish(path);
  await rm(path, { force: true }).catch(() => {});
  return null;
}

function digestOf(key: string, contents: Uint8Array): Buffer {
  return createHash('sha256').update(`${key}\n`).update(contents).digest();
}
