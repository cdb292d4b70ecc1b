// A freestanding C program to a WebAssembly module, with the headers of include/c11. Compiled without optimisation:
// what is explored are the accesses that the source has, in its order, not those that a compiler leaves of them.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environmentError, inputError, isOwnFile, withoutForeignText } from '../../base/index.js';
import {
  type CompileJob,
  type Instrumentation,
  instrumentationFlags,
  isMounted,
  keptModule,
  type ModelCompiler,
  modelCacheDirectory,
  ObjectCache,
  refuseForeignFiles,
} from '../compile/index.js';
import {
  dataObjectFlags,
  firstThreadLocal,
  hasThreadLocals,
  parseModule,
  threadBase,
  undefinedVariables,
  withoutRelocations,
  withRedZones,
} from '../link/index.js';
import { compileHint, refusedAttributes, type UninitializedRead, uninitializedReads } from './hints.js';
import { sourceFiles } from './sources.js';

const headers = fileURLToPath(new URL('../../../include/c11', import.meta.url));
/** Functions of the C library that are C themselves, for programs that bring declarations of their own. */
const library = ['library.c', 'text.c'].map((name) => join(headers, 'library', name));
/** What the machine supplies as C has names below this one. */
const suppliedFolder = 'millrace-headers/';

/** Whether code of that file, as line tables name it, is no part of the program itself. */
export function isSupplied(file: string): boolean {
  return file.startsWith(suppliedFolder);
}

/** Compiled in a file's place: the file, and a race behind it. */
const canaryWrapper = join(headers, 'library/canary.c');

/** The exported function with the race of the program's file of that index. */
export function canaryName(index: number): string {
  return `__millrace_canary_${index}`;
}

/** Linked in front of a program with thread-local variables. */
const threadLocalLibrary = join(headers, 'library/thread-local.c');

const flags = [
  '--target=wasm32-unknown-unknown',
  ...['-mcpu=mvp', '-mmutable-globals', '-msign-ext'],
  ...['-ffreestanding', '-nostdlibinc', '-isystem', '/millrace/headers'],
  ...['-std=gnu11', '-O0', '-gdwarf-4', '-fno-common', '-fno-color-diagnostics'],
  // Locals begin at zero, so that an execution is a function of its schedule alone.
  '-ftrivial-auto-var-init=zero',
  ...['-Wno-implicit-function-declaration', '-Wno-int-conversion', '-Wno-return-type', '-Wno-format'],
  ...['-Wno-implicit-int', '-Wno-incompatible-pointer-types', '-Wno-incompatible-function-pointer-types'],
];

/** Attributes that keep sanitizers out have no effect: every access is looked at. */
const watchedFlags = ['no_sanitize(...)', 'no_sanitize_thread', 'disable_sanitizer_instrumentation']
  .flatMap((name) => [name, `__${name.replace('(...)', '__(...)')}${name.endsWith(')') ? '' : '__'}`])
  .map((macro) => `-D${macro}=`);

/** Without the first two, clang takes thread-local variables for ordinary ones and says nothing. */
const threadLocalFlags = ['-matomics', '-mbulk-memory', '-ftls-model=local-exec'];

/** Asked of the program's own files first: what is wrong with them then are reads of locals before they are set. */
const strictFlags = ['uninitialized', 'sometimes-uninitialized', 'conditional-uninitialized'].map(
  (warning) => `-Werror=${warning}`,
);

/** What glibc's headers ask of GCC and clang refuses, for files that come preprocessed: read as C all the same. */
const preprocessedFlags = ['-D__malloc__(...)=', '-D__regparm__(count)='];

/** Bytes that belong to nobody behind each variable. */
const redZone = 256;

const linkFlags = [
  ...[`--export-if-defined=${threadBase}`, `--export-if-defined=${firstThreadLocal}`],
  ...['--no-entry', '--allow-undefined', '--export-table', '--export=__stack_pointer'],
  ...['--export=__heap_base', '--export=__data_end', '--export-if-defined=__wasm_call_ctors'],
  ...[
    '--export-if-defined=main',
    '--export-if-defined=__main_argc_argv',
    '--export-if-defined=__original_main',
  ],
  ...['--export-if-defined=__millrace_errno', '--export-if-defined=__millrace_argv'],
  ...dataObjectFlags,
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
  /** Told of each local that may be read before it is set, as far as the compiler sees it. */
  readonly onUninitialized?: (read: UninitializedRead) => void;
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
    files.map((file, index) =>
      withCanary(
        file,
        index,
        jobFor(file, [
          ...instrumentationFlags(options.instrumentation ?? 'every-access'),
          // KCSAN's own rules are about accesses that it does not see.
          ...(options.instrumentation === 'kcsan' ? [] : watchedFlags),
          ...options.cflags,
          ...(options.fileFlags?.(file) ?? []),
          ...strictFlags,
        ]),
      ),
    ),
  );
  const runtime = [threadLocalLibrary, ...library];
  const compiled = await compileCached(
    compiler,
    [...runtime.map((file) => jobFor(file, instrumentationFlags('every-access'))), ...jobs],
    [...runtime, ...programs.flat()],
    options,
  );
  const [threadLocal, ...own] = compiled.slice(0, runtime.length);
  const objects = compiled.slice(runtime.length);
  let next = 0;
  const linked: Uint8Array[] = [];
  for (const files of programs) {
    const group = objects.slice(next, next + files.length);
    next += files.length;
    const all = group.some(hasThreadLocals) ? [threadLocal, ...group, ...own] : [...group, ...own];
    linked.push(await linkObjects(compiler, all as Uint8Array[], files, options));
  }
  return linked;
}

/** `cflags` may name folders for headers, `-IDIR`: each is shown to the compiler by itself. */
function jobFor(file: string, cflags: readonly string[]): CompileJob {
  const searched = cflags.filter((flag) => flag.startsWith('-I')).map((flag) => resolve(flag.slice(2)));
  const { folder, usesThreadLocals } = sourceFiles(file, searched);
  const places = { user: folder, headers, ...includeMounts(searched) };
  const hasThreadLocals = usesThreadLocals || cflags.some((flag) => /__thread|[Tt]hread_local/.test(flag));
  return {
    args: [
      ...flags,
      ...(hasThreadLocals ? threadLocalFlags : []),
      ...Object.entries(places).map(
        ([name, place]) => `-ffile-prefix-map=/millrace/${name}/=${shownFolder(place)}`,
      ),
      ...(file.endsWith('.i') ? preprocessedFlags : []),
      ...cflags.filter((flag) => !flag.startsWith('-I')),
      ...Object.keys(includeMounts(searched)).map((name) => `-I/millrace/${name}`),
      ...['-x', 'c'],
      `/millrace/user/${relative(folder, resolve(file))}`,
    ],
    mounts: places,
  };
}

/** The last argument is the file. */
function withCanary(file: string, index: number, job: CompileJob): CompileJob {
  const own = [`-DMILLRACE_SOURCE="${job.args.at(-1)}"`, `-DMILLRACE_CANARY=${canaryName(index)}`];
  const wrapper = `/millrace/headers/${relative(headers, canaryWrapper)}`;
  return { ...job, file, args: [...job.args.slice(0, -3), ...own, ...job.args.slice(-3, -1), wrapper] };
}

/** As {@link withCanary} got it; null where it did not. */
function withoutCanary(job: CompileJob): CompileJob | null {
  const source = job.args.find((arg) => arg.startsWith('-DMILLRACE_SOURCE='));
  if (source === undefined) return null;
  const file = source.slice('-DMILLRACE_SOURCE="'.length, -1);
  return { ...job, args: [...job.args.slice(0, -1).filter((arg) => !arg.startsWith('-DMILLRACE_')), file] };
}

/** Folders by the names that they are shown under, which are of letters alone. */
function includeMounts(folders: readonly string[]): Record<string, string> {
  const letter = (index: number) => String.fromCharCode('a'.charCodeAt(0) + index);
  return Object.fromEntries(
    folders.map((folder, index) => [`include${letter(Math.floor(index / 26))}${letter(index % 26)}`, folder]),
  );
}

/** As a user would write it, with the stroke behind it. */
function shownFolder(folder: string): string {
  if (folder === headers || folder === dirname(threadLocalLibrary)) return suppliedFolder;
  const shown = relative(process.cwd(), folder);
  return shown === '' ? '' : `${shown}/`;
}

/** `jobs`: one for each of `files`. */
async function compileCached(
  compiler: ModelCompiler,
  jobs: readonly CompileJob[],
  files: readonly string[],
  options: Pick<PlainCOptions, 'signal' | 'onUninitialized'>,
): Promise<Uint8Array[]> {
  const { signal, onUninitialized } = options;
  const cache = new ObjectCache(join(modelCacheDirectory(), 'plain-c'));
  const objects = await Promise.all(
    jobs.map(async (job) => (await cache.find(job, compiler.version))?.object ?? null),
  );
  const missing = jobs.flatMap((job, index) => (objects[index] === null ? [{ job, index }] : []));
  if (missing.length > 0) {
    const results = await compiler.compile(
      missing.map(({ job }) => job),
      { signal },
    );
    for (const [i, result] of results.entries()) {
      const { job, index } = missing[i] as (typeof missing)[number];
      const diagnostics = result.ok ? '' : shownText(job, result.diagnostics, files);
      const reads = uninitializedReads(diagnostics);
      for (const read of reads) onUninitialized?.(read);
      const milder = reads.length > 0 ? withoutStrictness(job) : withoutAttributes(job, diagnostics);
      if (milder !== null) {
        [objects[index] = null] = await compileCached(compiler, [milder], [files[index] ?? ''], options);
        continue;
      }
      const plain = result.ok ? null : withoutCanary(job);
      if (plain !== null) {
        // What is wrong is told of the file itself, or the canary alone does not compile behind it.
        [objects[index] = null] = await compileCached(compiler, [plain], [files[index] ?? ''], options);
        continue;
      }
      if (!result.ok) throw compileError(diagnostics);
      refuseForeignFiles(files[index] ?? '', result.opened, job.mounts);
      objects[index] = result.object;
      await cache.store(job, compiler.version, result.object, result.opened);
    }
  }
  return objects.map((object) => object as Uint8Array);
}

function hintFor(message: string): { readonly hint?: string } {
  const hint = compileHint(message, headers);
  return hint === undefined ? {} : { hint };
}

/** The same without the attributes that alone are refused; null where something else is wrong. */
function withoutAttributes(job: CompileJob, diagnostics: string): CompileJob | null {
  const refused = [...refusedAttributes(diagnostics)];
  if (refused.length === 0) return null;
  const macros = refused.map(([name, takesArguments]) => `-D${name}${takesArguments ? '(...)' : ''}=`);
  return { ...job, args: [...job.args.slice(0, -3), ...macros, ...job.args.slice(-3)] };
}

function withoutStrictness(job: CompileJob): CompileJob {
  return { ...job, args: job.args.filter((arg) => !strictFlags.includes(arg)) };
}

/** With files as a user names them. */
function shownText(job: CompileJob, diagnostics: string, files: readonly string[]): string {
  const { user = '' } = job.mounts;
  const folders = files.map((file) => dirname(resolve(file)));
  const isShown = (path: string) =>
    path.startsWith('/millrace/user/')
      ? isOwnFile(join(user, path.slice('/millrace/user/'.length)), folders)
      : isMounted(path, job.mounts);
  return withoutForeignText(diagnostics, isShown)
    .replace(/\/millrace\/([a-z]+)\//g, (path, name: string) => {
      const folder = job.mounts[name];
      return folder === undefined ? path : shownFolder(folder);
    })
    .trim();
}

function compileError(text: string): Error {
  const first = /^(.*?):(\d+):(\d+): (?:fatal )?error: (.*)$/m.exec(text);
  return inputError(first?.[4] ?? 'the program does not compile', {
    ...(first === null
      ? {}
      : { at: { file: first[1] ?? '', line: Number(first[2]), column: Number(first[3]) } }),
    excerpt: text.split('\n').slice(0, 20).join('\n'),
    ...hintFor(first?.[4] ?? ''),
  });
}

async function linkObjects(
  compiler: ModelCompiler,
  objects: readonly Uint8Array[],
  files: readonly string[],
  { signal, exports = [] }: PlainCOptions,
): Promise<Uint8Array> {
  const canaries = files.map((_, index) => `--export-if-defined=${canaryName(index)}`);
  const args = [...linkFlags, ...canaries, ...exports.map((name) => `--export=${name}`)];
  return keptModule('linked', [compiler.version, redZone, args, ...objects], () =>
    linkAnew(compiler, objects, args, files, signal),
  );
}

async function linkAnew(
  compiler: ModelCompiler,
  objects: readonly Uint8Array[],
  args: readonly string[],
  files: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const [undefinedVariable] = undefinedVariables(objects);
  if (undefinedVariable !== undefined)
    throw inputError(`nobody defines the variable ${undefinedVariable.name}`, {
      hint: `Pass the file that defines ${undefinedVariable.name} along with ${files.join(', ')}.`,
    });
  const folder = await mkdtemp(join(tmpdir(), 'millrace-link-'));
  try {
    const names = objects.map((_, index) => `${index}.o`);
    await Promise.all(
      objects.map((object, index) =>
        writeFile(join(folder, names[index] ?? ''), withRedZones(object, redZone)),
      ),
    );
    const result = await compiler.tool(
      'wasm-ld',
      [...args, ...names.map((name) => `/millrace/objects/${name}`)],
      { objects: folder },
      signal,
    );
    if (result.exitCode !== 0)
      throw environmentError('the program does not link', { excerpt: result.stderr.trim() });
    return withoutRelocations(parseModule(result.stdout));
  } catch (error) {
    if (error instanceof Error && 'excerpt' in error && String(error.excerpt).includes('duplicate symbol'))
      throw inputError(`${files.join(', ')} define a symbol twice`, { excerpt: String(error.excerpt) });
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
