// The headers that a kernel build generates, made without make: into a cache folder, never into the tree.
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { environmentError } from '../../base/index.js';
import { autoconfHeader } from '../../kconfig/index.js';
import type { Tree } from '../../tree/index.js';
import type { ModelConfiguration } from './configuration.js';
import { kernelArguments } from './kernel-arguments.js';
import { architectureFolder } from './paths.js';
import { timeConstantsHeader } from './time-constants.js';
import type { ModelCompiler } from './toolchain/index.js';

/** Headers that the top `Kbuild` file makes of C files, whose assembly has lines with `->NAME value`. */
const fromAssembly = [
  { source: 'kernel/bounds.c', header: 'generated/bounds.h' },
  // Since 6.18.
  { source: 'kernel/sched/rq-offsets.c', header: 'generated/rq-offsets.h' },
] as const;

/**
 * Gives the folder with the generated headers of a configuration, made when it is not in the cache.
 * Errors: `environment` when kernel/bounds.c does not compile.
 */
export async function generatedHeaders(
  tree: Tree,
  root: string,
  configuration: ModelConfiguration,
  compiler: ModelCompiler,
  cache: string,
  signal?: AbortSignal,
): Promise<string> {
  const folder = join(cache, 'generated', configuration.key);
  if (existsSync(folder)) return folder;
  await mkdir(dirname(folder), { recursive: true });
  const unfinished = await mkdtemp(`${folder}-`);
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(unfinished, path)), { recursive: true });
    await writeFile(join(unfinished, path), text);
  };
  try {
    for (const [path, text] of staticHeaders(tree, root, configuration)) await write(path, text);
    for (const { source, header } of fromAssembly) {
      if (!existsSync(join(root, source))) continue;
      await write(header, '');
      const args = [
        ...kernelArguments({ root, instrumentation: null }),
        // These files print by inline assembly that is no assembly.
        '-fno-integrated-as',
        `/millrace/tree/${source}`,
      ];
      const mounts = { tree: root, arch: architectureFolder, generated: unfinished };
      const [result] = await compiler.compile([{ args, mounts, assembly: true }], { signal, workers: 1 });
      if (result === undefined || !result.ok)
        throw environmentError(`${source} does not compile for the model machine`, {
          excerpt: result?.diagnostics.split('\n').slice(0, 15).join('\n') ?? '',
          hint: 'Is the kernel tree complete? The kernel engine needs no such file.',
        });
      await write(header, offsetsHeader(new TextDecoder().decode(result.object)));
    }
    await rename(unfinished, folder).catch(async (error: unknown) => {
      // Another run has made it meanwhile.
      if (!existsSync(folder)) throw error;
      await rm(unfinished, { recursive: true, force: true });
    });
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
  return folder;
}

/** `include/generated/bounds.h` and its like from assembly (the sed script of scripts/Makefile.lib, v6.12). */
export function offsetsHeader(assembly: string): string {
  return [...assembly.matchAll(/->([A-Za-z_]\w*) [$#]*(-?\d+)/g)]
    .map(([, name, value]) => `#define ${name} ${value}\n`)
    .join('');
}

function* staticHeaders(
  tree: Tree,
  root: string,
  configuration: ModelConfiguration,
): Generator<readonly [string, string]> {
  yield* assemblyWrappers(root);
  yield ['generated/autoconf.h', autoconfHeader(configuration.values)];
  yield ['generated/timeconst.h', timeConstantsHeader(Number(configuration.values.get('HZ')?.value ?? 100))];
  yield ['generated/asm-offsets.h', ''];
  yield ['generated/utsrelease.h', `#define UTS_RELEASE "${tree.version}"\n`];
  yield ['generated/utsversion.h', '#define UTS_VERSION "#1"\n'];
  yield ['generated/compile.h', compileHeader];
  const version = versionHeader(tree.version);
  yield ['linux/version.h', version];
  yield ['generated/uapi/linux/version.h', version];
}

const compileHeader = [
  '#define UTS_MACHINE "wasm32"',
  '#define UTS_VERSION "#1"',
  '#define LINUX_COMPILE_BY "millrace"',
  '#define LINUX_COMPILE_HOST "millrace"',
  '#define LINUX_COMPILER "clang"',
  '',
].join('\n');

/** For each asm header that the architecture leaves to the generic code, a line that includes it. */
function* assemblyWrappers(root: string): Generator<readonly [string, string]> {
  const own = new Set(
    readdirSync(join(architectureFolder, 'include', 'asm'), { recursive: true, encoding: 'utf8' }),
  );
  for (const folder of ['include/asm-generic', 'include/uapi/asm-generic']) {
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }))
      if (name.endsWith('.h') && !own.has(name)) yield [`asm/${name}`, `#include <asm-generic/${name}>\n`];
  }
}

function versionHeader(version: string): string {
  const [major = 0, patch = 0, sub = 0] = version.split(/[.-]/).map((part) => Number.parseInt(part, 10) || 0);
  return [
    `#define LINUX_VERSION_CODE ${major * 65536 + patch * 256 + Math.min(sub, 255)}`,
    '#define KERNEL_VERSION(a, b, c) (((a) << 16) + ((b) << 8) + ((c) > 255 ? 255 : (c)))',
    `#define LINUX_VERSION_MAJOR ${major}`,
    `#define LINUX_VERSION_PATCHLEVEL ${patch}`,
    `#define LINUX_VERSION_SUBLEVEL ${sub}`,
    '',
  ].join('\n');
}
