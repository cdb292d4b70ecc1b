// The kernel's version, as the first lines of the top Makefile give it (Makefile, v6.12: VERSION to EXTRAVERSION).
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** `6.12.117`, `6.13.0-rc2`; null when `directory` is not the top of a kernel tree. */
export async function kernelVersion(directory: string): Promise<string | null> {
  const text = await readFile(join(directory, 'Makefile'), 'utf8').catch(() => null);
  return text === null ? null : versionFromMakefile(text);
}

/** The same from the Makefile's text. */
export function versionFromMakefile(text: string): string | null {
  const value = (name: string) => new RegExp(`^${name}[ \\t]*=[ \\t]*([^\\s#]*)`, 'm').exec(text)?.[1];
  const [major, minor, sub, extra] = ['VERSION', 'PATCHLEVEL', 'SUBLEVEL', 'EXTRAVERSION'].map(value);
  if (!/^\d+$/.test(major ?? '') || !/^\d+$/.test(minor ?? '')) return null;
  return `${major}.${minor}${sub ? `.${sub}` : ''}${extra ?? ''}`;
}
