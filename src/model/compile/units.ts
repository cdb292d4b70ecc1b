// What one C file of a case becomes for the compiler.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { writeWhole } from '../../base/index.js';
import { type Case, exposeText } from '../../case/index.js';
import { type ModelConfiguration, makeVariables } from './configuration.js';
import type { Instrumentation } from './instrumentation.js';
import { kernelArguments } from './kernel-arguments.js';
import { objectRules, type TreeFiles } from './makefile/index.js';
import { architectureFolder, harnessHeaderFolder } from './paths.js';
import type { CompileJob, Mounts } from './toolchain/index.js';

/** A file to compile. */
export type ModelUnit =
  | {
      readonly kind: 'source';
      /** Path inside the tree. */
      readonly path: string;
      /** Static functions to reach from the harness. */
      readonly expose?: readonly string[];
      /** Absolute path of a harness that is compiled behind the file's own text; null without. */
      readonly harness?: string | null;
    }
  | {
      readonly kind: 'harness';
      /** Absolute path. */
      readonly path: string;
      /** Paths inside the tree of the sources under test: their folders' headers are in reach. */
      readonly sources: readonly string[];
      /** Headers that are made for it, by name. */
      readonly made?: Readonly<Record<string, string>> | undefined;
    };

export interface UnitContext {
  readonly root: string;
  readonly generated: string;
  readonly configuration: ModelConfiguration;
  readonly instrumentation: Instrumentation;
  readonly cache: string;
}

export interface PreparedUnit {
  readonly job: CompileJob;
  /** False when the makefiles would not build this file with this configuration. */
  readonly built: boolean;
}

/** Errors: none; a file that is not there is found by the compiler. */
export async function prepareUnit(unit: ModelUnit, context: UnitContext): Promise<PreparedUnit> {
  const mounts = { tree: context.root, arch: architectureFolder, generated: context.generated };
  return unit.kind === 'source'
    ? prepareSource(unit, context, mounts)
    : { job: await harnessJob(unit, context, mounts), built: true };
}

async function prepareSource(
  unit: ModelUnit & { readonly kind: 'source' },
  context: UnitContext,
  mounts: Mounts,
): Promise<PreparedUnit> {
  const rules = objectRules(
    unit.path,
    makeVariables(context.configuration.values),
    treeFiles(context.root),
    '/millrace/tree',
  );
  const args = [
    ...kernelArguments({
      root: context.root,
      instrumentation: rules.instrumented ? context.instrumentation : null,
    }),
    `-I/millrace/tree/${dirname(unit.path)}`,
    ...rules.flags,
    ...buildNames(basename(unit.path, '.c'), rules.module, dirname(unit.path)),
  ];
  const expose = unit.expose ?? [];
  // A unit of our own includes the file as it is and takes the addresses, which keeps an out-of-line copy of each.
  const exposed = expose.length === 0 ? '' : exposeText(expose);
  const { harness = null } = unit;
  const behind = harness === null ? '' : '\n#include MILLRACE_HARNESS\n';
  const text = `#include MILLRACE_SOURCE\n${exposed}${canaryText(unit.path)}${behind}`;
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 16);
  const wrapper = join(context.cache, 'wrappers', digest);
  const name = `exposed-${basename(unit.path)}`;
  if ((await readFile(join(wrapper, name), 'utf8').catch(() => null)) !== text) {
    await mkdir(wrapper, { recursive: true });
    await writeWhole(join(wrapper, name), text);
  }
  const harnessArgs =
    harness === null ? [] : [...harnessFlags, `-DMILLRACE_HARNESS="/millrace/case/${basename(harness)}"`];
  return {
    job: {
      args: [
        ...args,
        ...harnessArgs,
        `-DMILLRACE_SOURCE="/millrace/tree/${unit.path}"`,
        `/millrace/wrapper/${name}`,
      ],
      mounts: {
        ...mounts,
        wrapper,
        ...(harness === null ? {} : { case: dirname(harness), headers: harnessHeaderFolder }),
      },
    },
    built: rules.built,
  };
}

/** The exported function of a unit that {@link ModelCanary} is about. `path`: inside the tree; null for the harness. */
export function canaryName(path: string | null): string {
  if (path === null) return 'millrace_canary_harness';
  return `millrace_canary_${createHash('sha256').update(path).digest('hex').slice(0, 8)}`;
}

/** C text that goes behind a source file's own, so that whatever holds there for functions holds for this one. */
function canaryText(path: string): string {
  const name = canaryName(path);
  const declared = `void ${name}(int *millrace_word)`;
  return `\n/* Millrace: a race of its own, which has to be found. */\n__attribute__((export_name("${name}"))) ${declared};\n${declared}\n{\n\t*millrace_word += 1;\n}\n`;
}

const harnessFlags = ['-DMILLRACE_MODEL', '-I/millrace/headers'];

/** The units of a case: its sources and its harness, which may be compiled behind one of them. */
export function caseUnits(
  theCase: Pick<Case, 'sources' | 'expose' | 'harness'> & Partial<Pick<Case, 'within'>>,
  made?: Readonly<Record<string, string>>,
): readonly ModelUnit[] {
  const { sources, expose, within, harness } = theCase;
  return [
    ...sources.map((path) => ({
      kind: 'source' as const,
      path,
      expose: expose[path] ?? [],
      harness: path === within ? harness : null,
    })),
    ...(within === undefined ? [{ kind: 'harness' as const, path: harness, sources, made }] : []),
  ];
}

async function harnessJob(
  unit: ModelUnit & { readonly kind: 'harness' },
  context: UnitContext,
  mounts: Mounts,
): Promise<CompileJob> {
  const made = await madeHeaders(unit.made ?? {}, context.cache);
  const folders = [...new Set(unit.sources.map((source) => dirname(source)))];
  const name = basename(unit.path, '.c');
  return {
    args: [
      ...kernelArguments({ root: context.root, instrumentation: context.instrumentation }),
      ...harnessFlags,
      ...folders.map((folder) => `-I/millrace/tree/${folder}`),
      ...(made === null ? [] : ['-I/millrace/made']),
      ...buildNames(name, name, 'lib/millrace'),
      `/millrace/case/${basename(unit.path)}`,
    ],
    mounts: {
      ...mounts,
      case: dirname(unit.path),
      headers: harnessHeaderFolder,
      ...(made === null ? {} : { made }),
    },
  };
}

/** The folder of the cache that has these headers; null for none. */
async function madeHeaders(headers: Readonly<Record<string, string>>, cache: string): Promise<string | null> {
  if (Object.keys(headers).length === 0) return null;
  const digest = createHash('sha256').update(JSON.stringify(headers)).digest('hex').slice(0, 16);
  const folder = join(cache, 'wrappers', digest);
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(headers)) await writeWhole(join(folder, name), text);
  return folder;
}

/** The names that a build gives each object (scripts/Makefile.lib, v6.12). */
function buildNames(stem: string, module: string, folder: string): readonly string[] {
  const identifier = (name: string) => name.replace(/[-,]/g, '_');
  return [
    `-DKBUILD_MODFILE="${folder}/${module}"`,
    `-DKBUILD_BASENAME="${identifier(stem)}"`,
    `-DKBUILD_MODNAME="${identifier(module)}"`,
    `-D__KBUILD_MODNAME=kmod_${identifier(module)}`,
  ];
}

function treeFiles(root: string): TreeFiles {
  return {
    read: (path) => readIfThere(join(root, path)),
    folders: (path) =>
      readdirSync(join(root, path), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name),
  };
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
