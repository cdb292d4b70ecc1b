// A case and a tree to a kernel that boots: overlay, configuration, make. All under one folder of the cache, which
// base and fix share, so that the fixed kernel reuses the base's objects.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, join, resolve } from 'node:path';
import which from 'which';
import { cacheDirectory, displayPath, type Progress, quoted, runOrThrow } from '../../base/index.js';
import type { Case } from '../../case/index.js';
import { parseKunitconfig } from '../../kconfig/index.js';
import { materialiseOverlay, type Tree } from '../../tree/index.js';
import type { Directions } from '../directed/index.js';
import { configure, wholeFragment } from '../kconfig/index.js';
import { caseFiles, directedFiles, harnessPath, objectStem } from '../overlay/index.js';
import { lockBuild } from './build-lock.js';
import { findImage, type Image, inputsHash, keepImage } from './images.js';
import { make, makeCommand } from './make.js';
import { findToolchain, type Toolchain, toolchainVariables } from './toolchain.js';

export interface BuildRequest {
  readonly case: Case;
  readonly tree: Tree;
  /** A fix to apply, or null for the tree as it is. */
  readonly fix: { readonly name: string; readonly patch: string } | null;
  /** As in `kunit.py --make_options`; they win over the case's. */
  readonly makeOptions: readonly string[];
  readonly jobs?: number;
  /** Which objects get KCSAN's instrumentation. */
  readonly instrument: 'case' | 'all';
  readonly lockdep: boolean;
  /** Points in the sources, and what is played with them. */
  readonly directions?: Directions | undefined;
  readonly cpus: number;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
  /** Instead of `$XDG_CACHE_HOME/millrace`. */
  readonly cacheDirectory?: string;
}

export interface BuiltKernel {
  readonly image: Image;
  /** False when the image was there already. */
  readonly built: boolean;
  readonly toolchain: Toolchain;
  /** The make command that builds it. */
  readonly command: string;
  /** Top folder of what was compiled: paths in debug information begin with it. */
  readonly source: string;
  /** Where it was compiled. */
  readonly objects: string;
}

// What would make each build differ from the one before.
const fixedEnvironment = {
  LC_ALL: 'C',
  KBUILD_BUILD_TIMESTAMP: 'Thu Jan  1 00:00:00 UTC 1970',
  KBUILD_BUILD_USER: 'millrace',
  KBUILD_BUILD_HOST: 'millrace',
  KBUILD_BUILD_VERSION: '1',
  // Python would cache what it imports beside the scripts, which are the user's.
  PYTHONDONTWRITEBYTECODE: '1',
};

/**
 * Where debug information has every build to be. ccache gives one build the objects of another (`CCACHE_NOHASHDIR`),
 * and reports would name files in a build folder that is not theirs, or is gone.
 */
const debugRoot = '/millrace';

/**
 * Builds the kernel of a case, or finds it built.
 * Errors: `input` for a fragment that does not take, a patch that does not apply, a harness that does not compile;
 * `environment` for a missing tool or a build that fails elsewhere; `interrupted`.
 */
export async function buildKernel(request: BuildRequest): Promise<BuiltKernel> {
  const { case: theCase, tree, progress, signal } = request;
  const makeOptions = [...theCase.kernel.makeOptions, ...request.makeOptions];
  const toolchain = await findToolchain({ makeOptions, ...(signal === undefined ? {} : { signal }) });
  const kunitconfig = {
    file: theCase.kunitconfig,
    lines: parseKunitconfig(await readFile(theCase.kunitconfig, 'utf8'), theCase.kunitconfig),
  };
  const fragment = wholeFragment(
    {
      cpus: request.cpus,
      lockdep: request.lockdep,
      ...(theCase.kernel.detector === undefined ? {} : { detector: theCase.kernel.detector }),
      sides: theCase.device === undefined ? 'kunit' : 'user',
    },
    kunitconfig.lines,
  );
  const { directions } = request;
  const patch = request.fix?.patch ?? null;
  const files =
    directions === undefined
      ? await caseFiles(theCase, tree, patch)
      : (await directedFiles(theCase, tree, patch, directions)).files;
  const ccache = await which('ccache', { nothrow: true });
  const variables = toolchainVariables(toolchain, makeOptions).map((variable) =>
    ccache !== null && variable.startsWith('CC=') ? variable.replace('CC=', 'CC=ccache ') : variable,
  );
  const instrumentation = request.instrument === 'all' ? [] : instrumentOnly(theCase);
  const buildVariables = [...variables, ...instrumentation, ...compilerFlags(theCase, makeOptions)];

  const shared = {
    tree: tree.path,
    case: theCase.name,
    fragment,
    variables: buildVariables,
    toolchain,
    debugRoot,
  };
  const root = join(
    request.cacheDirectory ?? cacheDirectory(),
    'builds',
    // Kbuild builds in no folder with a space or a colon in its path.
    `${theCase.name.replace(/[^\w.-]/g, '_')}-${inputsHash(shared)}`,
  );
  const source = join(root, 'overlay');
  const objects = join(root, 'objects');
  const placedVariables = buildVariables.map((variable) =>
    variable.startsWith('KCFLAGS=') ? `${variable} -fdebug-prefix-map=${root}=${debugRoot}` : variable,
  );
  const hash = inputsHash({ shared, tree: tree.identity, files });
  const jobs = request.jobs ?? availableParallelism();
  const command = makeCommand({ source, objects, variables: placedVariables, jobs });
  const result = { toolchain, command: command.map(quoted).join(' '), source, objects };

  const found = await findImage(root, hash);
  if (found !== null) return { ...result, image: found, built: false };

  await mkdir(objects, { recursive: true });
  const lock = await lockBuild(root, progress, signal);
  const stop = signal === undefined ? lock.lost : AbortSignal.any([signal, lock.lost]);
  try {
    const meanwhile = await findImage(root, hash);
    if (meanwhile !== null) return { ...result, image: meanwhile, built: false };
    const image = await progress.step(`Build ${request.fix?.name ?? 'base'}`, async (update) => {
      const began = performance.now();
      update('overlay');
      await materialiseOverlay(tree, files, source, { signal: stop });
      update('configuration');
      const { values } = await configure({
        source,
        objects,
        fragment,
        kunitconfig,
        makeVariables: variables,
        env: fixedEnvironment,
        signal: stop,
      });
      const log = join(root, 'build.log');
      const countFile = join(root, 'objects.count');
      const expectedObjects = Number(await readFile(countFile, 'utf8').catch(() => '')) || null;
      const made = await make({
        source,
        objects,
        variables: placedVariables,
        env: { ...fixedEnvironment, CCACHE_BASEDIR: root, CCACHE_NOHASHDIR: '1' },
        jobs,
        log,
        expectedObjects,
        update,
        ownFile: ownFile(request, source),
        signal: stop,
      });
      if (expectedObjects === null) await writeFile(countFile, String(made.objects));
      const seconds = (performance.now() - began) / 1000;
      const facts = { seconds, objects: made.objects, release: await kernelRelease(source, objects) };
      update(`${made.objects} objects, ${values.size} symbols set`);
      return keepImage(root, hash, objects, log, facts);
    });
    return { ...result, image, built: true };
  } catch (error) {
    throw lock.lost.aborted ? lock.lost.reason : error;
  } finally {
    await lock.release();
  }
}

/** Nothing but the case: `KCSAN_SANITIZE` or `KASAN_SANITIZE` on make's command line wins over every Makefile. */
function instrumentOnly(theCase: Case): readonly string[] {
  const sanitize = theCase.kernel.detector === 'kasan' ? 'KASAN_SANITIZE' : 'KCSAN_SANITIZE';
  return [`${sanitize}=n`, ...ownStems(theCase).map((stem) => `${sanitize}_${stem}.o=y`)];
}

/**
 * Lines for the reports' frames. And warnings about the case alone, unless `W=` asks for them: to look for those of
 * the kernel takes an eighth of the compiler's time (`npm run bench:kernel-engine`). Errors stay errors.
 */
function compilerFlags(theCase: Case, makeOptions: readonly string[]): readonly string[] {
  if (makeOptions.some((option) => option.startsWith('W='))) return ['KCFLAGS=-gline-tables-only'];
  return ['KCFLAGS=-gline-tables-only -w', ...ownStems(theCase).map((stem) => `CFLAGS_REMOVE_${stem}.o=-w`)];
}

/** Objects of the case, without `.o`. */
function ownStems(theCase: Case): readonly string[] {
  const harness = theCase.within === undefined ? [objectStem(theCase)] : [];
  return [...theCase.sources.map((path) => basename(path, '.c')), ...harness];
}

function ownFile({ case: theCase, fix }: BuildRequest, source: string): (path: string) => string | null {
  const patched = fix === null ? null : displayPath(fix.patch);
  return (path) => {
    const inside = resolve(path).startsWith(`${source}/`)
      ? resolve(path).slice(source.length + 1)
      : path.replace(/^(\.\.\/)+overlay\//, '');
    if (inside === harnessPath(theCase) || basename(inside) === basename(harnessPath(theCase)))
      return displayPath(theCase.harness);
    if (patched !== null && theCase.sources.includes(inside)) return `${inside} (with ${patched})`;
    return null;
  };
}

async function kernelRelease(source: string, objects: string): Promise<string> {
  const args = ['-s', '-C', source, `O=${objects}`, 'ARCH=x86_64', 'kernelrelease'];
  const { stdout } = await runOrThrow('make', args, { env: fixedEnvironment });
  return stdout.trim().split('\n').at(-1) ?? '';
}
