// A freestanding C program to a WebAssembly module, with the headers of include/c11. Compiled without optimisation:
// what is explored are the accesses that the source has, in its order, not those that a compiler leaves of them.
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environmentError, inputError } from '../../base/index.js';
import {
  type CompileJob,
  type Instrumentation,
  instrumentationFlags,
  type ModelCompiler,
  modelCacheDirectory,
  ObjectCache,
} from '../compile/index.js';

const headers = fileURLToPath(new URL('../../../include/c11', import.meta.url));
/** Functions of the C library that are C themselves, for programs that bring declarations of their own. */
const library = join(headers, 'library/library.c');

const flags = [
  '--target=wasm32-unknown-unknown',
  ...['-mcpu=mvp', '-mmutable-globals', '-msign-ext'],
  ...['-ffreestanding', '-nostdlibinc', '-isystem', '/millrace/headers'],
  ...['-std=gnu11', '-O0', '-gdwarf-4', '-fno-common', '-fno-color-diagnostics'],
  // Locals begin at zero, so that an execution is a function of its schedule alone.
  '-ftrivial-auto-var-init=zero',
  // Without threads of WebAssembly's own, clang takes these for ordinary variables and says nothing.
  ...['_Thread_local', '__thread'].map((word) => `-D${word}=thread_local_variables_are_not_modelled`),
  ...['-Wno-implicit-function-declaration', '-Wno-int-conversion', '-Wno-return-type', '-Wno-format'],
  ...['-Wno-implicit-int', '-Wno-incompatible-pointer-types', '-Wno-incompatible-function-pointer-types'],
];

/** What glibc's headers ask of GCC and clang refuses, for files that come preprocessed: read as C all the same. */
const preprocessedFlags = ['-D__malloc__(...)=', '-D__regparm__(count)='];

const linkFlags = [
  ...['--no-entry', '--allow-undefined', '--export-table', '--export=__stack_pointer'],
  ...['--export=__heap_base', '--export=__data_end', '--export-if-defined=__wasm_call_ctors'],
  ...[
    '--export-if-defined=main',
    '--export-if-defined=__main_argc_argv',
    '--export-if-defined=__original_main',
  ],
  ...['--export-if-defined=__millrace_errno', '--export-if-defined=__millrace_argv'],
];

export interface PlainCOptions {
  /** Functions to export besides main(). */
  readonly exports?: readonly string[];
  /** Flags for one file alone. */
  readonly fileFlags?: (file: string) => readonly string[];
  /** For the compiler: `-DN=3`. */
  readonly cflags: readonly string[];
  /** `every-access` when not given. */
  readonly instrumentation?: Instrumentation;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Each group of files becomes one program. Errors: `input` with the compiler's own words when a file does not compile
 * or the program does not link.
 */
export async function compilePrograms(
  compiler: ModelCompiler,
  programs: readonly (readonly string[])[],
  options: PlainCOptions,
): Promise<Uint8Array[]> {
  const jobs = programs.flatMap((files) =>
    files.map((file) =>
      jobFor(file, [
        ...instrumentationFlags(options.instrumentation ?? 'every-access'),
        ...options.cflags,
        ...(options.fileFlags?.(file) ?? []),
      ]),
    ),
  );
  const runtime = jobFor(library, instrumentationFlags('every-access'));
  const [own, ...objects] = await compileCached(compiler, [runtime, ...jobs], options.signal);
  let next = 0;
  const linked: Uint8Array[] = [];
  for (const files of programs) {
    const group = objects.slice(next, next + files.length);
    next += files.length;
    linked.push(await linkObjects(compiler, own === undefined ? group : [...group, own], files, options));
  }
  return linked;
}

function jobFor(file: string, cflags: readonly string[]): CompileJob {
  const folder = resolve(dirname(resolve(file)), parentsOf(file));
  const shown = relative(process.cwd(), folder);
  return {
    args: [
      ...flags,
      `-ffile-prefix-map=/millrace/user/=${shown === '' ? '' : `${shown}/`}`,
      ...(file.endsWith('.i') ? preprocessedFlags : []),
      ...cflags,
      ...['-x', 'c'],
      `/millrace/user/${relative(folder, resolve(file))}`,
    ],
    mounts: { user: folder, headers },
  };
}

/** How far up the files lie that `file` includes: `../..`. What lies beside it needs no more than its own folder. */
function parentsOf(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'latin1');
  } catch (error) {
    throw inputError(`${file} cannot be read: ${(error as Error).message}`);
  }
  const ups = [...text.matchAll(/^[ \t]*#[ \t]*include[ \t]*"((?:\.\.\/)+)/gm)].map(([, up]) => up ?? '');
  return ups.reduce((most, up) => (up.length > most.length ? up : most), '.');
}

async function compileCached(
  compiler: ModelCompiler,
  jobs: readonly CompileJob[],
  signal: AbortSignal | undefined,
): Promise<Uint8Array[]> {
  const cache = new ObjectCache(join(modelCacheDirectory(), 'plain-c'));
  const objects = await Promise.all(jobs.map((job) => cache.find(job, compiler.version)));
  const missing = jobs.flatMap((job, index) => (objects[index] === null ? [{ job, index }] : []));
  if (missing.length > 0) {
    const results = await compiler.compile(
      missing.map(({ job }) => job),
      { signal },
    );
    for (const [i, result] of results.entries()) {
      const { job, index } = missing[i] as (typeof missing)[number];
      if (!result.ok) throw compileError(job, result.diagnostics);
      objects[index] = result.object;
      await cache.store(job, compiler.version, result.object, result.opened);
    }
  }
  return objects.map((object) => object as Uint8Array);
}

function compileError(job: CompileJob, diagnostics: string): Error {
  const folder = relative(process.cwd(), job.mounts.user ?? '');
  const text = diagnostics.replaceAll('/millrace/user/', folder === '' ? '' : `${folder}/`).trim();
  const first = /^(.*?):(\d+):(\d+): (?:fatal )?error: (.*)$/m.exec(text);
  return inputError(first?.[4] ?? 'the program does not compile', {
    ...(first === null
      ? {}
      : { at: { file: first[1] ?? '', line: Number(first[2]), column: Number(first[3]) } }),
    excerpt: text.split('\n').slice(0, 20).join('\n'),
    hint: 'Only the headers that docs/check.md lists are there; a program has to compile with them.',
  });
}

async function linkObjects(
  compiler: ModelCompiler,
  objects: readonly Uint8Array[],
  files: readonly string[],
  { signal, exports = [] }: PlainCOptions,
): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-link-'));
  try {
    const names = objects.map((_, index) => `${index}.o`);
    await Promise.all(objects.map((object, index) => writeFile(join(folder, names[index] ?? ''), object)));
    const result = await compiler.tool(
      'wasm-ld',
      [
        ...linkFlags,
        ...exports.map((name) => `--export=${name}`),
        ...names.map((name) => `/millrace/objects/${name}`),
      ],
      { objects: folder },
      signal,
    );
    if (result.exitCode !== 0)
      throw environmentError('the program does not link', { excerpt: result.stderr.trim() });
    return result.stdout;
  } catch (error) {
    if (error instanceof Error && 'excerpt' in error && String(error.excerpt).includes('duplicate symbol'))
      throw inputError(`${files.join(', ')} define a symbol twice`, { excerpt: String(error.excerpt) });
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
