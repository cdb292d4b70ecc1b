// The programs of test/model/programs, compiled into one module: each one's main() becomes program_NAME(), so that
// one run of the linker is enough, whichever compiler there is.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findModelCompiler, type ModelCompiler } from '../../src/model/compile/index.js';
import type { Program } from '../../src/model/link/index.js';
import {
  type CheckOptions,
  type CheckProgram,
  compilePrograms,
  linkPlainC,
  prepareProgram,
} from '../../src/model/plain-c/index.js';

const folder = fileURLToPath(new URL('programs', import.meta.url));

export interface TestProgram {
  readonly name: string;
  readonly file: string;
  readonly entry: readonly [string];
  /** Kinds of findings, sorted. */
  readonly expected: readonly string[];
  readonly interleavings: number | null;
}

export const programs: readonly TestProgram[] = readdirSync(folder)
  .filter((file) => file.endsWith('.c'))
  .map((file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const expected = /^\/\/ expect: (.*)$/m.exec(text)?.[1] ?? '';
    const interleavings = /^\/\/ interleavings: (\d+)$/m.exec(text)?.[1];
    const name = basename(file, '.c');
    return {
      name,
      file: join(folder, file),
      entry: [entryName(name)],
      expected: expected
        .split(' ')
        .filter((kind) => kind !== 'none')
        .sort(),
      interleavings: interleavings === undefined ? null : Number(interleavings),
    };
  });

export const checkOptions: CheckOptions = {
  strategy: 'dpor',
  seed: 1,
  preemptions: 2,
  maxSchedules: 100_000,
  maxTime: Number.POSITIVE_INFINITY,
  maxMemory: 32 * 1024 * 1024,
  maxSteps: 3000,
  inputs: [0, 1, 2, -1],
  cflags: [],
};

function entryName(name: string): string {
  return `program_${name.replaceAll('-', '_')}`;
}

/** One module of them all; a machine of it is made for each program anew. */
export async function compileAll(
  files: readonly string[],
  cflags: readonly string[] = [],
  compiler?: ModelCompiler,
): Promise<Program> {
  const entryOf = (file: string) => entryName(basename(file, '.c'));
  const [wasm] = await compilePrograms(compiler ?? (await findModelCompiler()), [files], {
    cflags: ['-w', ...cflags],
    exports: files.map(entryOf),
    fileFlags: (file) => [`-Dmain=${entryOf(file)}`],
  });
  return linkPlainC(wasm as Uint8Array);
}

export function prepare(program: Program): CheckProgram {
  return prepareProgram(program, checkOptions);
}
