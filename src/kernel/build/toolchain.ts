// The compiler and binary tools that a kernel is built with: the newest clang on PATH and the LLVM tools beside it.
import { realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pLimit from 'p-limit';
import which from 'which';
import { environmentError, run } from '../../base/index.js';

/** Programs by name where PATH has them under it, by absolute path elsewhere. */
export interface Toolchain {
  readonly cc: string;
  readonly hostcc: string;
  readonly ld: string;
  readonly ar: string;
  readonly nm: string;
  readonly objcopy: string;
  readonly objdump: string;
  readonly readelf: string;
  readonly strip: string;
  /** Of the compiler: `19.1.7`. */
  readonly version: string;
  /** The compiler's own first line of `--version`. */
  readonly description: string;
}

/** scripts/min-tool-version.sh, v6.12. KCSAN alone needs clang 11 (lib/Kconfig.kcsan, HAVE_KCSAN_COMPILER). */
export const minimumClang = '13.0.1';

const oldestClang = 11;
const newestClang = 30;

export interface ToolchainOptions {
  /** As `make` and `kunit.py --make_options` take them: `CC=clang-19`, `LLVM=-19`, `LD=ld.lld`. They win. */
  readonly makeOptions?: readonly string[];
  /** Where programs are looked for; `process.env.PATH` by default. */
  readonly path?: string;
  readonly signal?: AbortSignal;
}

/**
 * The toolchain that `makeOptions` ask for, or else the newest clang on PATH, with the LLVM tools of its version and
 * GNU's where there are none. Errors: `environment` when there is no such compiler or linker.
 */
export async function findToolchain(options: ToolchainOptions = {}): Promise<Toolchain> {
  const path = options.path ?? process.env.PATH ?? '';
  const asked = new Map((options.makeOptions ?? []).map((option) => splitOption(option)));
  const compiler = await findCompiler(asked, path, options.signal);
  const beside = dirname(await realpath(compiler.file));
  const major = compiler.version.split('.')[0];
  const tool = async (variable: string, llvm: string, gnu: readonly string[]): Promise<string> => {
    const wanted = asked.get(variable);
    if (wanted !== undefined) {
      if ((await find(wanted, path)) === null)
        throw environmentError(`there is no ${wanted} on PATH, which ${variable}=${wanted} asks for`, {
          hint,
        });
      return wanted;
    }
    const isClang = compiler.description.includes('clang');
    const names = isClang ? [`${llvm}-${major}`, join(beside, llvm)] : [];
    const ordered = asked.has('LLVM') || variable !== 'LD' ? [...names, ...gnu] : [...gnu, ...names];
    for (const name of ordered) if ((await find(name, path)) !== null) return name;
    throw environmentError(`there is no ${gnu[0]} and no ${llvm} on PATH`, { hint });
  };
  return {
    cc: compiler.name,
    hostcc: await findHostCompiler(asked, compiler.name, path),
    // GNU's linker first, which the kernel links with by default.
    ld: await tool('LD', 'ld.lld', ['ld.bfd', 'ld']),
    ar: await tool('AR', 'llvm-ar', ['ar']),
    nm: await tool('NM', 'llvm-nm', ['nm']),
    objcopy: await tool('OBJCOPY', 'llvm-objcopy', ['objcopy']),
    objdump: await tool('OBJDUMP', 'llvm-objdump', ['objdump']),
    readelf: await tool('READELF', 'llvm-readelf', ['readelf']),
    strip: await tool('STRIP', 'llvm-strip', ['strip']),
    version: compiler.version,
    description: compiler.description,
  };
}

/** The toolchain as variables for make's command line, those of `makeOptions` last, so that they win. */
export function toolchainVariables(
  toolchain: Toolchain,
  makeOptions: readonly string[] = [],
): readonly string[] {
  const own: readonly (readonly [string, string])[] = [
    ['CC', toolchain.cc],
    ['HOSTCC', toolchain.hostcc],
    ['LD', toolchain.ld],
    ['AR', toolchain.ar],
    ['NM', toolchain.nm],
    ['OBJCOPY', toolchain.objcopy],
    ['OBJDUMP', toolchain.objdump],
    ['READELF', toolchain.readelf],
    ['STRIP', toolchain.strip],
    ...(toolchain.description.includes('clang') ? [['LLVM_IAS', '1'] as const] : []),
  ];
  const asked = new Set(makeOptions.map((option) => splitOption(option)[0]));
  const kept = own.filter(([variable]) => !asked.has(variable));
  return [...kept.map(([variable, value]) => `${variable}=${value}`), ...makeOptions];
}

const hint = '`millrace doctor` names what to install.';

function splitOption(option: string): readonly [string, string] {
  const [variable = '', ...value] = option.split('=');
  return [variable, value.join('=')];
}

function find(name: string, path: string): Promise<string | null> {
  return which(name, { path, nothrow: true });
}

interface Compiler {
  readonly name: string;
  readonly file: string;
  readonly version: string;
  readonly description: string;
}

async function findCompiler(
  asked: ReadonlyMap<string, string>,
  path: string,
  signal: AbortSignal | undefined,
): Promise<Compiler> {
  const llvm = asked.get('LLVM');
  const wanted =
    asked.get('CC') ??
    (llvm === undefined
      ? undefined
      : llvm.startsWith('-')
        ? `clang${llvm}`
        : llvm.endsWith('/')
          ? `${llvm}clang`
          : 'clang');
  if (wanted !== undefined) {
    const compiler = await describe(wanted, path, signal);
    if (compiler !== null) return compiler;
    throw environmentError(`there is no compiler ${wanted} that runs`, { hint });
  }
  const compilers = await clangs(path, signal);
  const newest = compilers[0];
  if (newest === undefined) throw environmentError('there is no clang on PATH', { hint });
  if (compareVersions(newest.version, minimumClang) < 0)
    throw environmentError(
      `the newest clang on PATH is ${newest.version}; the kernel needs ${minimumClang} or newer`,
      { hint },
    );
  return newest;
}

/** Every clang on PATH (`clang`, `clang-19` …), the newest first. */
async function clangs(path: string, signal: AbortSignal | undefined): Promise<readonly Compiler[]> {
  const numbers = Array.from({ length: newestClang - oldestClang + 1 }, (_, index) => newestClang - index);
  const names = [...numbers.map((number) => `clang-${number}`), 'clang'];
  const limit = pLimit(4);
  const found = await Promise.all(names.map((name) => limit(() => describe(name, path, signal))));
  return found.filter((compiler) => compiler !== null).sort((a, b) => compareVersions(b.version, a.version));
}

async function describe(
  name: string,
  path: string,
  signal: AbortSignal | undefined,
): Promise<Compiler | null> {
  // `CC=ccache clang-19` is how make takes a wrapper.
  const [program = '', ...args] = name.trim().split(/\s+/);
  const file = await find(program, path);
  if (file === null) return null;
  const result = await run(file, [...args, '--version'], { timeout: 20_000, signal });
  const description = result.stdout.split('\n')[0] ?? '';
  const version = /\b(\d+\.\d+\.\d+)/.exec(description)?.[1];
  return result.exitCode !== 0 || version === undefined ? null : { name, file, version, description };
}

async function findHostCompiler(
  asked: ReadonlyMap<string, string>,
  cc: string,
  path: string,
): Promise<string> {
  const wanted = asked.get('HOSTCC');
  if (wanted !== undefined) return wanted;
  return (await find('gcc', path)) === null ? cc : 'gcc';
}

/** Compares dotted versions number by number: negative when `a` is older. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
