// The compiled machines of a run, as files of its folder: compressed, since a page takes them in as they are.
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { writeWhole } from '../base/index.js';
import { driverFiles, type ModelProgram } from '../model/index.js';
import { machineName, packMachine } from './kept-machine.js';

const folder = 'machines';
const ending = '.machine.gz';
const compress = promisify(gzip);

/** Writes the machine of one side of a run into its folder. */
export async function keepMachine(
  directory: string,
  { side, origin, program, limits, harness, names }: ModelProgram,
): Promise<void> {
  const paths = new Set([...program.symbols.files(), ...driverFiles(program, names, harness)]);
  const files = Object.fromEntries([...paths].map((file) => [file, names.text(file)]));
  const { linked, wasm, undefinedVariables, identity } = program;
  const bytes = packMachine({
    ...{ side, origin, limits, harness, files, linked, wasm, undefinedVariables },
    program: identity,
  });
  await mkdir(join(directory, folder), { recursive: true });
  await writeWhole(
    join(directory, folder, `${machineName(side)}${ending}`),
    await compress(bytes, { level: 9 }),
  );
}

/** Those of a run's folder, compressed; none of a run without the model engine, or of an older version. */
export async function keptMachines(directory: string): Promise<{ name: string; bytes: Uint8Array }[]> {
  const files = await readdir(join(directory, folder)).catch(() => []);
  return await Promise.all(
    files
      .filter((file) => file.endsWith(ending))
      .sort()
      .map(async (file) => ({
        name: file.slice(0, -ending.length),
        bytes: await readFile(join(directory, folder, file)),
      })),
  );
}
