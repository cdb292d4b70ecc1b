// clang and wasm-ld as the host has them: about five times as fast as the packaged ones.
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pLimit from 'p-limit';
import which from 'which';
import { environmentError, inputError, run } from '../../../base/index.js';
import { firstWithCapturedLocals, supplyCapturedLocals } from './captured-locals.js';
import { cleanEnvironment, compilerLimits, refuseExhausted } from './limits.js';
import {
  type CompileJob,
  type CompileOptions,
  type CompileResult,
  type LlvmTool,
  type ModelCompiler,
  type Mounts,
  mountRoot,
  type ToolResult,
} from './types.js';

// The pointers of 14's IR have types, which `captured-locals.ts` does not read.
const oldest = 15;
const newest = 30;

/** The newest clang on the path that can make and link WebAssembly; `null` when there is none. */
export async function findNativeClang(signal?: AbortSignal): Promise<ModelCompiler | null> {
  const suffixes = [''];
  for (let version = newest; version >= oldest; version -= 1) suffixes.push(`-${version}`);
  for (const suffix of suffixes) {
    const clang = `clang${suffix}`;
    if (which.sync(clang, { nothrow: true }) === null) continue;
    const version = await wasmClangVersion(clang, signal);
    if (version === null || Number.parseInt(version, 10) < oldest) continue;
    const linkers = [`wasm-ld${suffix}`, `wasm-ld-${Number.parseInt(version, 10)}`];
    const linker = await firstThatRuns(linkers, signal);
    if (linker === null) continue;
    return new NativeClang(clang, linker, suffix, version);
  }
  return null;
}

/** Changes whenever {@link supplyCapturedLocals} gives another text. */
const captureRules = 1;

class NativeClang implements ModelCompiler {
  readonly kind = 'native';
  readonly name: string;
  readonly version: string;
  private readonly clang: string;
  private readonly linker: string;
  private readonly suffix: string;
  private readonly suppliesCapturedLocals: boolean;

  constructor(clang: string, linker: string, suffix: string, version: string) {
    this.clang = clang;
    this.linker = linker;
    this.suffix = suffix;
    this.name = `clang ${version}`;
    this.suppliesCapturedLocals = Number.parseInt(version, 10) < firstWithCapturedLocals;
    this.version = `clang-${version}${this.suppliesCapturedLocals ? `+captured-locals-${captureRules}` : ''}`;
  }

  async compile(
    jobs: readonly CompileJob[],
    options: CompileOptions = {},
  ): Promise<readonly CompileResult[]> {
    const scratch = await mkdtemp(join(tmpdir(), 'millrace-cc-'));
    const limit = pLimit(options.workers ?? 2);
    try {
      return await Promise.all(
        jobs.map((job, index) =>
          limit(async () => {
            const result = await this.compileOne(job, join(scratch, String(index)), options.signal);
            options.onDone?.(index, result);
            return result;
          }),
        ),
      );
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }

  async tool(
    tool: LlvmTool,
    args: readonly string[],
    mounts: Mounts,
    signal?: AbortSignal,
  ): Promise<ToolResult> {
    const scratch = await mkdtemp(join(tmpdir(), 'millrace-ld-'));
    try {
      const real = args.map((argument) => realPath(argument, mounts));
      if (tool === 'wasm-ld') {
        const output = join(scratch, 'out');
        const result = await run(this.linker, [...real, '-o', output], {
          signal,
          tied: compilerLimits(),
          env: cleanEnvironment,
        });
        if (result.exitCode !== 0) refuseExhausted(result, this.linker, 'the program');
        const stdout = result.exitCode === 0 ? await readFile(output) : new Uint8Array();
        return { exitCode: result.exitCode ?? 1, stdout, stderr: result.stderr };
      }
      const program = await firstThatRuns([`llvm-symbolizer${this.suffix}`, 'llvm-symbolizer'], signal);
      if (program === null)
        throw environmentError('there is no llvm-symbolizer beside the native clang', {
          hint: 'Install the llvm package, or choose the packaged compiler.',
        });
      const result = await run(program, real, { signal });
      const stdout = new TextEncoder().encode(result.stdout);
      return { exitCode: result.exitCode ?? 1, stdout, stderr: result.stderr };
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }

  private async compileOne(job: CompileJob, stem: string, signal?: AbortSignal): Promise<CompileResult> {
    const [output, dependencies, ir] = [`${stem}.o`, `${stem}.d`, `${stem}.ll`];
    const throughText = this.suppliesCapturedLocals && tellsEveryAccess(job);
    const args = [
      ...job.args.map((argument) => realPath(argument, job.mounts)),
      ...(throughText ? ['-S', '-emit-llvm', '-fdiscard-value-names'] : [job.assembly ? '-S' : '-c']),
      ...['-o', throughText ? ir : output, '-MD', '-MF', dependencies],
    ];
    const limited = { signal, tied: compilerLimits(), env: cleanEnvironment };
    let result = await run(this.clang, [...args, '-fno-crash-diagnostics'], limited);
    if (result.exitCode === 0 && throughText) {
      await writeFile(ir, supplyCapturedLocals(await readFile(ir, 'utf8')));
      result = await run(this.clang, [...codeArguments(job.args), '-c', '-o', output, ir], limited);
    }
    if (result.exitCode !== 0) {
      refuseExhausted(
        result,
        this.name,
        job.file ?? virtualPath(args[job.args.length - 1] ?? '', job.mounts),
      );
      return { ok: false, diagnostics: virtualPath(result.stderr, job.mounts) };
    }
    const listed = dependencyPaths(await readFile(dependencies, 'utf8'));
    return {
      ok: true,
      object: await readObject(output, args[job.args.length - 1] ?? ''),
      opened: listed.map((path) => virtualPath(resolve(path), job.mounts)),
    };
  }
}

/** For KCSAN's own detector the instrumentation is the compiler's, as it is in a kernel. */
function tellsEveryAccess({ args, assembly }: CompileJob): boolean {
  return !assembly && args.includes('-tsan-instrument-read-before-write=1');
}

/** What of a job's flags code generation from optimised IR needs. */
function codeArguments(args: readonly string[]): readonly string[] {
  const flags = args.filter((argument) =>
    /^(--target=|-mcpu=|-mmutable-globals$|-msign-ext$|-O|-g)/.test(argument),
  );
  return [...flags, '-Xclang', '-disable-llvm-passes', '-x', 'ir'];
}

/** The prerequisites of a makefile rule that `-MD` wrote. */
export function dependencyPaths(rule: string): readonly string[] {
  return rule
    .slice(rule.indexOf(':') + 1)
    .replaceAll('\\\n', ' ')
    .split(/(?<!\\)\s+/)
    .filter((path) => path !== '')
    .map((path) => path.replaceAll('\\ ', ' '));
}

function realPath(argument: string, mounts: Mounts): string {
  return argument.replace(/\/millrace\/([a-z]+)/g, (text, name: string) => mounts[name] ?? text);
}

function virtualPath(text: string, mounts: Mounts): string {
  let result = text;
  for (const [name, folder] of Object.entries(mounts).sort(([, a], [, b]) => b.length - a.length))
    result = result.replaceAll(`${folder}/`, `${mountRoot}/${name}/`);
  return result;
}

async function wasmClangVersion(program: string, signal?: AbortSignal): Promise<string | null> {
  try {
    const [about, targets] = await Promise.all(
      ['--version', '-print-targets'].map((question) => run(program, [question], { signal })),
    );
    const version = /clang version (\d+[\w.-]*)/.exec(about?.stdout ?? '')?.[1];
    return version !== undefined && targets?.stdout.includes('wasm32') ? version : null;
  } catch (error) {
    if (signal?.aborted) throw error;
    return null;
  }
}

async function firstThatRuns(programs: readonly string[], signal?: AbortSignal): Promise<string | null> {
  for (const program of programs) {
    if (which.sync(program, { nothrow: true }) === null) continue;
    try {
      if ((await run(program, ['--version'], { signal })).exitCode === 0) return program;
    } catch (error) {
      if (signal?.aborted) throw error;
    }
  }
  return null;
}

/** Bytes. An object holds the static variables, those that begin as 0 too; a program has far less memory. */
const largestObject = 256 * 1024 * 1024;

async function readObject(path: string, source: string): Promise<Uint8Array> {
  const { size } = await stat(path);
  if (size > largestObject)
    throw inputError(`the static variables of ${source} take ${Math.round(size / 1024 / 1024)} MiB`, {
      hint: `Make them smaller: an object may have ${largestObject / 1024 / 1024} MiB, and a program what --max-memory gives it.`,
    });
  return readFile(path);
}
