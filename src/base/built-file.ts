// Files that the build puts beside what it compiles.
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file of `dist/`, also when what asks runs from `src/`, as tests do. */
export function builtFile(path: string): string {
  const here = dirname(fileURLToPath(import.meta.url));
  return join(here.replace(`${sep}src${sep}base`, `${sep}dist${sep}base`), '..', path);
}
