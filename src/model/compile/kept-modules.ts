// Modules that were made before, found by everything that they were made from. Each lies behind the digest of its own
// bytes, so that one which is damaged is made anew.
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readCached, writeCached } from '../../base/index.js';
import { modelCacheDirectory } from './paths.js';

/**
 * What `make` gives, or gave for the same `sources`.
 * @param kind names a folder of the cache
 * @param sources all that the result depends on; bytes as they are, anything else as JSON
 */
export async function keptModule(
  kind: string,
  sources: readonly unknown[],
  make: () => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const folder = join(modelCacheDirectory(), kind);
  const key = keyOf(sources);
  const file = join(folder, `${key}.kept`);
  const kept = await readCached(file, `${kind} ${key}`);
  if (kept !== null) return kept;
  const made = await make();
  try {
    await mkdir(folder, { recursive: true });
    await writeCached(file, `${kind} ${key}`, made);
  } catch {
    // A cache that cannot be written costs time, and nothing else.
  }
  return made;
}

function keyOf(sources: readonly unknown[]): string {
  const hash = createHash('sha256');
  // Digests are of one length, so that no two lists of sources run into one another.
  for (const source of sources)
    hash.update(digestOf(source instanceof Uint8Array ? source : Buffer.from(JSON.stringify(source))));
  return hash.digest('hex').slice(0, 32);
}

function digestOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
