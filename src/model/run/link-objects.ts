// Objects to one module, by the linker of the compiler that made them. What was linked before is in the cache.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inputError } from '../../base/index.js';
import { keptModule, type ModelCompiler } from '../compile/index.js';
import {
  dataObjectFlags,
  parseModule,
  standInSymbol,
  withoutRelocations,
  withRedZones,
} from '../link/index.js';

const linkFlags = [
  ...['--no-entry', '--allow-undefined', '--export-table', '--export=__stack_pointer'],
  ...['--export=__heap_base', '--export=__data_end', '--export-if-defined=__wasm_call_ctors'],
  `--export-if-defined=${standInSymbol}`,
  ...dataObjectFlags,
];
/** Bytes that belong to nobody behind each variable. */
const redZone = 64;

/** Errors: `input` with the linker's words. */
export async function linkObjects(
  compiler: ModelCompiler,
  objects: readonly Uint8Array[],
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  return keptModule('linked', [compiler.version, redZone, linkFlags, ...objects], () =>
    linkAnew(compiler, objects, signal),
  );
}

async function linkAnew(
  compiler: ModelCompiler,
  objects: readonly Uint8Array[],
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const inputs = await mkdtemp(join(tmpdir(), 'millrace-link-'));
  try {
    const names = objects.map((_, index) => `${index}.o`);
    await Promise.all(
      objects.map((object, index) =>
        writeFile(join(inputs, names[index] ?? ''), withRedZones(object, redZone)),
      ),
    );
    const result = await compiler.tool(
      'wasm-ld',
      [...linkFlags, ...names.map((name) => `/millrace/objects/${name}`)],
      { objects: inputs },
      signal,
    );
    if (result.exitCode !== 0)
      throw inputError('the harness and the sources do not link', {
        excerpt: result.stderr.trim().replaceAll(/\/millrace\/objects\//g, ''),
        hint: 'A function or variable is defined twice: in the harness and in a source, or in two sources.',
      });
    return withoutRelocations(parseModule(result.stdout));
  } finally {
    await rm(inputs, { recursive: true, force: true });
  }
}
