// The programs that read debug information: LLVM's, newest first, else binutils'.
import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { environmentError } from '../../base/index.js';

export interface SymbolizerTools {
  readonly nm: string;
  readonly symbolizer: string;
  readonly style: 'llvm' | 'gnu';
}

/**
 * Looks through `path` (as $PATH) for `llvm-symbolizer` or `llvm-symbolizer-19` and the like, then for `addr2line`.
 * Errors: `environment` when there is neither.
 */
export function findSymbolizerTools(path = process.env.PATH ?? ''): SymbolizerTools {
  const llvmNm = newest(path, 'llvm-nm');
  const gnuNm = newest(path, 'nm');
  const llvm = newest(path, 'llvm-symbolizer');
  const gnu = newest(path, 'addr2line');
  const nm = llvm === null ? (gnuNm ?? llvmNm) : (llvmNm ?? gnuNm);
  if (llvm !== null && nm !== null) return { nm, symbolizer: llvm, style: 'llvm' };
  if (gnu !== null && nm !== null) return { nm, symbolizer: gnu, style: 'gnu' };
  throw environmentError('found neither llvm-symbolizer nor addr2line', {
    hint: 'Install one: `apt-get install llvm` or `apt-get install binutils`.',
  });
}

function newest(path: string, program: string): string | null {
  let best: { file: string; version: number } | null = null;
  for (const directory of path.split(delimiter)) {
    if (directory === '') continue;
    for (const entry of entries(directory)) {
      if (!entry.startsWith(program)) continue;
      const rest = entry.slice(program.length);
      if (rest !== '' && !/^-\d+$/.test(rest)) continue;
      // The plain name is what the user has chosen.
      const version = rest === '' ? Number.POSITIVE_INFINITY : Number(rest.slice(1));
      const file = join(directory, entry);
      if ((best === null || version > best.version) && isExecutable(file)) best = { file, version };
    }
  }
  return best?.file ?? null;
}

function entries(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
