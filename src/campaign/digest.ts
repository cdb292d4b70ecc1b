// What things are, as digests: equal contents have equal ones, on any machine.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { builtFile } from '../base/index.js';

/** Hexadecimal SHA-256. */
export function sha256(contents: string | Uint8Array): string {
  return createHash('sha256').update(contents).digest('hex');
}

/** JSON with the keys of its objects in order, so that equal values are equal texts. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}

/** The regular files of a folder with their contents, sorted by path; what a record copies of a case. */
export async function filesOf(
  folder: string,
): Promise<readonly (readonly [path: string, contents: Buffer])[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !path.split('/').includes('.millrace'))
    .sort();
  return await Promise.all(paths.map(async (path) => [path, await readFile(join(folder, path))] as const));
}

/** Of a folder's regular files, their paths and contents. */
export async function folderDigest(folder: string): Promise<string> {
  const files = await filesOf(folder);
  return sha256(JSON.stringify(files.map(([path, contents]) => [path, sha256(contents)])));
}

/**
 * Of this program: two builds of one version are two programs. The command line's chunks, whose names are of their
 * contents, and the C and headers that are compiled with a case.
 */
export async function programDigest(): Promise<string> {
  const top = builtFile('..');
  const chunks = (await readdir(builtFile('cli'))).filter((name) => name.startsWith('chunk-')).sort();
  const folders = await Promise.all(['arch', 'include'].map((name) => folderDigest(join(top, name))));
  return sha256(JSON.stringify([chunks, folders]));
}
