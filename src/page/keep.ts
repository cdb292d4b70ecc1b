// The compiled machines of a run, as files of its folder: compressed, since a page takes them in as they are.
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { writeWhole } from '../base/index.js';
import type { ModelProgram } from '../model/index.js';
import { packMachine } from './kept-machine.js';

const folder = 'machines';
const ending = '.machine.gz';
const compress = promisify(gzip);

/** Writes the machine of one side of a run into its folder. */
export async function keepMachine(
  directory: string,
  { side, origin, program, limits, harness, names }: ModelProgram,
): Promise<void> {
  const files = Object.fromEntries(program.symbols.files().map((file) => [file, names.text(file)]));
  const { linked, wasm, undefinedVariables, identity } = program;
  const bytes = packMachine({
    ...{ side, origin, limits, harness, files, linked, wasm, undefinedVariables },
    program: identity,
  });
  await mkdir(join(directory, folder), { recursive: true });
  const name = side.replace(/[^A-Za-z0-9._-]/g, '_');
  await writeWhole(join(directory, folder, `${name}${ending}`), await compress(bytes, { level: 9 }));
}

/** Those of a run's folder, compressed; none of a run without the model engine, or of an older version. */
export async function keptMachines(directory: string): Promise<Uint8Array[]> {
  const names = await readdir(join(directory, folder)).catch(() => []);
  const own = names.filter((name) => name.endsWith(ending)).sort();
  return await Promise.all(own.map((name) => readFile(join(directory, folder, name))));
}
