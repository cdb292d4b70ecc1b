// A case, a tree and a fix or none, to a program for the machine. What was compiled and linked before is in the cache.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join, posix } from 'node:path';
import { inputError, type Progress } from '../../base/index.js';
import { type Case, type CaseFix, caseChanges } from '../../case/index.js';
import { loadDevice, registersHeader } from '../../device/index.js';
import { parseKunitconfig } from '../../kconfig/index.js';
import { materialiseOverlay, type OverlayFile, type Tree } from '../../tree/index.js';
import {
  architectureFolder,
  caseUnits,
  compileModel,
  findModelCompiler,
  keptModule,
  type ModelUnit,
  modelCacheDirectory,
} from '../compile/index.js';
import { type KcsanSettings, kcsanSettings } from '../detect/kcsan/index.js';
import {
  type DifferingStruct,
  linkProgram,
  type Program,
  standInObject,
  undefinedVariables,
} from '../link/index.js';
import { kcsanSwitches } from '../machine/index.js';
import { linkObjects } from './link-objects.js';

export interface PrepareRequest {
  readonly case: Case;
  readonly tree: Tree;
  /** Null for the tree as it is. */
  readonly fix: CaseFix | null;
  readonly compiler?: 'native' | 'packaged' | undefined;
  /** Whether it is for KCSAN's own detector: its configuration, its instrumentation, and calls told. */
  readonly kcsan?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly progress: Progress;
  /** Told before the thread is kept busy: for how many milliseconds at most; null when that is over. */
  readonly onBusy?: ((milliseconds: number | null) => void) | undefined;
}

export interface PreparedModel {
  readonly program: Program;
  readonly compiler: string;
  /** The linked module, from which {@link tracedProgram} makes another. */
  readonly module: Uint8Array;
  /** Where the sources were read: the tree, or an overlay with the fix. */
  readonly root: string;
  /** CONFIG_KCSAN_* as the case's kunitconfig and the tree give them. */
  readonly kcsanSettings: KcsanSettings;
  readonly objects: readonly { readonly unit: ModelUnit; readonly object: Uint8Array }[];
}

/**
 * Compiles the case's sources and its harness, and links them.
 * Errors: `input` for a fix that does not apply or C that does not compile; `environment`.
 */
export async function prepareModel(request: PrepareRequest): Promise<PreparedModel> {
  const { progress, signal } = request;
  const { compiler, root, units, unmet, configuration } = await compileCase(request);
  const settings = kcsanSettings(configuration.values);
  const asked = unmet.filter((name) => !/^(KCSAN|KUNIT)(_|$)/.test(name));
  if (asked.length > 0)
    progress.note(`Not set for the model machine: ${asked.map((name) => `CONFIG_${name}`).join(', ')}.`);
  const objects = units.map(({ object }) => object);
  const variables = undefinedVariables(objects);
  const module = await linkObjects(compiler, [...objects, standInObject(variables)], signal);
  const program = request.kcsan
    ? await linkProgram(module, (name) => kcsanSwitches(name, settings), {
        tellCalls: true,
        covered: true,
        undefinedVariables: variables,
      })
    : await linkProgram(module, switches, { covered: true, undefinedVariables: variables });
  await refuseDifferingLayouts(program, module, request.case);
  return { program, compiler: compiler.name, module, root, kcsanSettings: settings, objects: units };
}

/**
 * The paths inside the tree that the case's sources and its harness are made of: what is compiled, each header, and the
 * makefiles of the sources' folders.
 * Errors: as {@link prepareModel}.
 */
export async function filesRead(request: PrepareRequest): Promise<string[]> {
  const { units } = await compileCase(request);
  const inTree = /^\/millrace\/tree\/(.+)$/s;
  const read = units.flatMap((unit) =>
    unit.read.flatMap((path) => posix.normalize(inTree.exec(path)?.[1] ?? '.')),
  );
  const { sources } = request.case;
  const built = sources.flatMap((source) =>
    ['Makefile', 'Kconfig'].map((name) => posix.join(posix.dirname(source), name)),
  );
  return [...new Set([...sources, ...built, ...read])].filter((path) => path !== '.').sort();
}

async function compileCase(request: PrepareRequest) {
  const { tree, fix, progress, signal } = request;
  const changes = await caseChanges(request.case, tree, fix?.patch ?? null);
  const root = changes.length === 0 ? tree.path : await changedTree(tree, changes, signal);
  const compiler = await findModelCompiler({
    ...(request.compiler === undefined ? {} : { prefer: request.compiler }),
    signal,
  });
  const { kunitconfig } = request.case;
  const fragment = parseKunitconfig(await readFile(kunitconfig, 'utf8'), kunitconfig);
  const { units, unmet, configuration } = await compileModel({
    tree,
    root,
    fragment: new Map(fragment.map(({ symbol, value }) => [symbol.replace(/^CONFIG_/, ''), value])),
    units: [
      ...caseUnits(request.case, await madeFor(request.case)),
      { kind: 'harness' as const, path: kernelData, sources: [] },
    ],
    compiler,
    kcsan: request.kcsan ?? false,
    signal,
    progress,
  });
  return { compiler, root, units, unmet, configuration };
}

/** The headers that are made for the harness: the registers of the case's device. */
async function madeFor({ device }: Case): Promise<Readonly<Record<string, string>>> {
  if (device === undefined) return {};
  return { 'device_registers.h': registersHeader(await loadDevice(device.description)) };
}

/** Of what is kept of a module's layouts: another number wherever other structs are told. */
const layoutsForm = 1;

/** A private copy of a driver's structure that is not as the driver's any more would read and write other fields. */
async function refuseDifferingLayouts(
  { debug }: Program,
  module: Uint8Array,
  { harness }: Pick<Case, 'harness'>,
): Promise<void> {
  const file = basename(harness);
  // To read the layouts of all units takes longer than most else that an unchanged case needs.
  const kept = await keptModule('layouts', [layoutsForm, file, module], async () =>
    Buffer.from(JSON.stringify(debug.differingFrom(file)[0] ?? null)),
  );
  const differing = JSON.parse(Buffer.from(kept).toString()) as DifferingStruct | null;
  if (differing === null) return;
  const { name, field, places } = differing;
  const what = field === null ? 'in their sizes' : `at the member ${field}`;
  throw inputError(
    `the harness and the sources lay out struct ${name} differently, ${what}: ${places.join(' and ')}`,
    {
      hint: `Change the copy in the harness as the sources have it, or give it another name if it is no copy.`,
    },
  );
}

/** The same program, telling its calls: for replays. */
export function tracedProgram({ module, program }: PreparedModel): Promise<Program> {
  const { undefinedVariables: variables } = program;
  return linkProgram(module, switches, {
    tellCalls: true,
    covered: true,
    undefinedVariables: variables,
  });
}

/** Variables of the kernel's own that drivers read: `jiffies`, `system_wq` and the like. */
const kernelData = join(architectureFolder, 'kernel/data.c');

const switches = (name: string) => name !== '__tsan_init';

async function changedTree(
  tree: Tree,
  files: readonly OverlayFile[],
  signal: AbortSignal | undefined,
): Promise<string> {
  const key = createHash('sha256')
    .update(JSON.stringify([tree.path, tree.identity, files]))
    .digest('hex')
    .slice(0, 32);
  const directory = join(modelCacheDirectory(), 'overlays', key);
  // Its name says what is in it, so that one that is whole needs no second look.
  const whole = `${directory}.whole`;
  if (!existsSync(whole)) {
    await materialiseOverlay(tree, files, directory, { signal });
    await writeFile(whole, '');
  }
  return directory;
}

/** The name that a unit's file has in the line table. */
export function harnessFile(theCase: Pick<Case, 'harness'>): string {
  return basename(theCase.harness);
}
