// C text without a kernel around it to a WebAssembly module that runs as it is: the code of a virtual device.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { displayPath, inputError } from '../../base/index.js';
import { refuseForeignFiles } from './foreign-files.js';
import { harnessHeaderFolder } from './paths.js';
import type { CompileJob, ModelCompiler } from './toolchain/index.js';

const flags = [
  '--target=wasm32-unknown-unknown',
  '-std=gnu11',
  '-O2',
  '-Wall',
  '-ffreestanding',
  '-nostdlib',
];
/** Enough for what a chip keeps, and not for more. */
const memoryBytes = 16 * 1024 * 1024;

export interface ModuleRequest {
  readonly compiler: ModelCompiler;
  /** Absolute path of the C file. */
  readonly file: string;
  /** Headers that it may include besides those of `include/`, by name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** Errors: `input` for a file that does not compile, with its line, or includes what lies outside its folder. */
export async function compileModule(request: ModuleRequest): Promise<Uint8Array> {
  const { compiler, file, headers, signal } = request;
  const shown = displayPath(file);
  const scratch = await mkdtemp(join(tmpdir(), 'millrace-module-'));
  try {
    for (const [name, text] of Object.entries(headers)) await writeFile(join(scratch, name), text);
    const job: CompileJob = {
      args: [...flags, '-I/millrace/made', '-I/millrace/headers', `/millrace/case/${basename(file)}`],
      mounts: { case: dirname(file), made: scratch, headers: harnessHeaderFolder },
    };
    const [compiled] = await compiler.compile([job], { signal });
    if (!compiled?.ok) {
      const diagnostics = (compiled?.diagnostics ?? '').replaceAll(/\/millrace\/case\//g, '');
      const [, line, column] = /^[^:\n]+:(\d+):(\d+): (?:fatal )?error:/m.exec(diagnostics) ?? [];
      throw inputError(`${shown} does not compile for the device`, {
        ...(line === undefined ? {} : { at: { file: shown, line: Number(line), column: Number(column) } }),
        excerpt: diagnostics.trim().split('\n').slice(0, 20).join('\n'),
        hint: 'include/millrace_device.h says what a device can use.',
      });
    }
    refuseForeignFiles(shown, compiled.opened, job.mounts);
    const object = 'device.o';
    await writeFile(join(scratch, object), compiled.object);
    const args = ['--no-entry', `--max-memory=${memoryBytes}`, `/millrace/made/${object}`];
    const linked = await compiler.tool('wasm-ld', args, { made: scratch }, signal);
    if (linked.exitCode !== 0)
      throw inputError(`${shown} does not link`, {
        excerpt: linked.stderr.trim().replaceAll(/\/millrace\/made\//g, ''),
        hint: 'There is no C library in a device: it has its registers, memory of its own, and the services.',
      });
    return linked.stdout;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
