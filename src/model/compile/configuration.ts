// The configuration that kernel code is compiled with for the model machine. The tree's own Kconfig is evaluated twice:
// for x86-64 with the case's fragment, which gives what the kernel engine builds, and then with these values for the
// machine as the architecture, which leaves out what an architecture must supply. Drivers that Kconfig offers to a PC
// alone stay in.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readCached, writeCached } from '../../base/index.js';
import { evaluateKconfig, type KconfigValues, parseKconfig } from '../../kconfig/index.js';
import type { Tree } from '../../tree/index.js';
import { architectureFolder } from './paths.js';

export interface ModelConfiguration {
  readonly values: KconfigValues;
  /** What it is known by in the cache; equal keys are equal configurations of equal trees. */
  readonly key: string;
}

/**
 * What the machine needs, whatever the fragment says. KCSAN's checks must be in the code. The checks that the kernel
 * makes of locks are left out: the machine makes them, and they would only be more code to explore.
 */
const forcedAlways: ReadonlyMap<string, string> = new Map(
  Object.entries({
    DEBUG_KERNEL: 'y',
    KCSAN: 'y',
    KCSAN_WEAK_MEMORY: 'n',
    KUNIT: 'y',
    MODULES: 'n',
    DEBUG_SPINLOCK: 'n',
    DEBUG_RWSEMS: 'n',
    DEBUG_MUTEXES: 'n',
    DEBUG_RT_MUTEXES: 'n',
    DEBUG_PREEMPT: 'n',
    DEBUG_IRQFLAGS: 'n',
    DEBUG_OBJECTS: 'n',
    DEBUG_VM: 'n',
    DEBUG_PAGE_REF: 'n',
    TRACE_IRQFLAGS: 'n',
    PREEMPT_RT: 'n',
    PREEMPT_DYNAMIC: 'n',
    SCHED_CORE: 'n',
    MEM_ALLOC_PROFILING: 'n',
    TRACING: 'n',
    FTRACE: 'n',
    BRANCH_PROFILE_NONE: 'y',
    CC_OPTIMIZE_FOR_PERFORMANCE: 'y',
  }),
);

/** For KCSAN's own detector the tree's defaults hold for all of KCSAN. */
const forcedForKcsan: ReadonlyMap<string, string> = new Map(
  [...forcedAlways].filter(([name]) => name !== 'KCSAN_WEAK_MEMORY'),
);

function isDriver(files: readonly string[]): boolean {
  return files.length > 0 && files.every((file) => /^(drivers|sound)\//.test(file));
}

/** Not taken over from the PC: the number of CPUs is small here, whatever fits there. */
const machineOwned = ['NR_CPUS'];

/**
 * Computes the configuration, or takes it from the cache when tree, fragment and architecture are as before.
 * @param root where the sources are read: the tree's path, or an overlay of it
 * @param fragment symbol names without `CONFIG_`, and values as a `.config` writes them
 * @param cache folder for cached configurations
 * @param kcsan whether KCSAN's own detector is to run, with its settings as the fragment and the tree give them
 * Errors: `input` when the tree's Kconfig cannot be read.
 */
export async function modelConfiguration(
  tree: Tree,
  root: string,
  fragment: ReadonlyMap<string, string>,
  cache: string,
  kcsan = false,
): Promise<ModelConfiguration> {
  const hash = createHash('sha256');
  const forced = kcsan ? forcedForKcsan : forcedAlways;
  hash.update(
    JSON.stringify([4, tree.identity, tree.version, root, [...fragment], [...forced], machineOwned]),
  );
  for (const name of readdirSync(architectureFolder, { recursive: true, encoding: 'utf8' }).sort()) {
    const path = join(architectureFolder, name);
    if (statSync(path).isFile()) hash.update(name).update(readFileSync(path));
  }
  const key = hash.digest('hex').slice(0, 32);
  const file = join(cache, 'configurations', `${key}.values`);
  const known = await readCached(file, key);
  if (known !== null)
    return { values: valuesOf(JSON.parse(known.toString()) as Parameters<typeof valuesOf>[0]), key };
  const read = (path: string) => readKconfig(root, path);
  const pcSymbols = parseKconfig('Kconfig', read, kconfigEnvironment(tree, root, 'x86'));
  const pc = evaluateKconfig(pcSymbols, fragment);
  const wanted = new Map([...pc].map(([name, { value }]) => [name, value]));
  for (const name of machineOwned) wanted.delete(name);
  if (kcsan) for (const name of pc.keys()) if (name.startsWith('KCSAN_')) wanted.delete(name);
  for (const [name, value] of [...fragment, ...forced]) wanted.set(name, value);
  const symbols = parseKconfig('Kconfig', read, kconfigEnvironment(tree, root, 'wasm32'));
  const values = new Map(evaluateKconfig(symbols, wanted));
  for (const [name, { type, value }] of pc) {
    const isSet = (values.get(name)?.value ?? 'n') !== 'n';
    if (isSet || value === 'n' || forced.has(name) || /^(HAVE|ARCH)_/.test(name)) continue;
    if (!isDriver(pcSymbols.get(name)?.files ?? [])) continue;
    values.set(name, { type, value: value === 'm' ? 'y' : value });
  }
  // Depends on lockdep, which the machine has in another way; it is what is printed, and no code's matter.
  const verbose = pc.get('KCSAN_VERBOSE');
  if (kcsan && verbose !== undefined) values.set('KCSAN_VERBOSE', verbose);
  await mkdir(join(cache, 'configurations'), { recursive: true });
  await writeCached(file, key, JSON.stringify([...values]));
  return { values, key };
}

function valuesOf(entries: [string, { type: 'bool'; value: string }][]): KconfigValues {
  return new Map(entries);
}

/** The tree's file, but for the architecture's, which is ours. */
function readKconfig(root: string, path: string): string | null {
  const ours = /^arch\/wasm32\/(.+)$/.exec(path)?.[1];
  const file = ours === undefined ? join(root, path) : join(architectureFolder, ours);
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

function kconfigEnvironment(
  tree: Tree,
  root: string,
  architecture: 'x86' | 'wasm32',
): Readonly<Record<string, string>> {
  return {
    ARCH: architecture,
    SRCARCH: architecture,
    KERNELVERSION: tree.version,
    srctree: root,
    CC: 'clang',
    LD: 'ld.lld',
    CC_VERSION_TEXT: 'clang',
  };
}

/** `CONFIG_X` to its value, for the makefiles. */
export function makeVariables(values: KconfigValues): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  for (const [name, { value }] of values) if (value !== 'n') variables.set(`CONFIG_${name}`, value);
  return variables;
}
