// Kernel C in, objects for the model machine out. What was compiled before is taken from the cache.
import { inputError, type Progress, silentProgress, withoutForeignText } from '../../base/index.js';
import type { Tree } from '../../tree/index.js';
import { type ModelConfiguration, modelConfiguration } from './configuration.js';
import { isMounted, refuseForeignFiles } from './foreign-files.js';
import { generatedHeaders } from './generated-headers.js';
import { ObjectCache } from './object-cache.js';
import { modelCacheDirectory } from './paths.js';
import type { CompileResult, ModelCompiler, Mounts } from './toolchain/index.js';
import { type ModelUnit, type PreparedUnit, prepareUnit } from './units.js';

export interface CompileRequest {
  readonly tree: Tree;
  /** Where sources are read when not in the tree itself: an overlay of it. */
  readonly root?: string;
  /** The case's fragment: names without `CONFIG_`, values as in a `.config`. */
  readonly fragment: ReadonlyMap<string, string>;
  readonly units: readonly ModelUnit[];
  readonly compiler: ModelCompiler;
  /** Whether KCSAN's own detector is to run: its configuration and its instrumentation. */
  readonly kcsan?: boolean;
  /** `modelCacheDirectory()` when not given. */
  readonly cache?: string;
  readonly workers?: number;
  readonly signal?: AbortSignal | undefined;
  readonly progress?: Progress;
}

export interface CompiledUnit {
  readonly unit: ModelUnit;
  readonly object: Uint8Array;
  readonly fromCache: boolean;
  /** `/millrace/NAME/...` of each file that was read for it. */
  readonly read: readonly string[];
  /** False when the makefiles would not build this file with this configuration. */
  readonly built: boolean;
}

export interface CompiledModel {
  readonly units: readonly CompiledUnit[];
  readonly configuration: ModelConfiguration;
  /** Symbols that the fragment asks for and the configuration does not have. */
  readonly unmet: readonly string[];
}

/** A unit that did not compile, with what the compiler said. */
export interface FailedUnit {
  readonly unit: ModelUnit;
  readonly diagnostics: string;
}

/**
 * Compiles all units.
 * Errors: `input` when one does not compile, with the place of the first error; `environment` when the compiler
 * cannot run.
 */
export async function compileModel(request: CompileRequest): Promise<CompiledModel> {
  const { outcomes, configuration, unmet } = await tryCompileModel(request);
  const failed = outcomes.find((outcome) => 'diagnostics' in outcome);
  if (failed !== undefined) throw compileError(failed);
  return { units: outcomes.filter((outcome) => 'object' in outcome), configuration, unmet };
}

/** Like {@link compileModel}, but a unit that does not compile is a result. */
export async function tryCompileModel(request: CompileRequest): Promise<{
  readonly outcomes: readonly (CompiledUnit | FailedUnit)[];
  readonly configuration: ModelConfiguration;
  readonly unmet: readonly string[];
}> {
  const { tree, compiler, signal, progress = silentProgress } = request;
  const root = request.root ?? tree.path;
  const cache = request.cache ?? modelCacheDirectory();
  const configuration = await progress.step('Configure the tree for the model machine', () =>
    modelConfiguration(tree, root, request.fragment, cache, request.kcsan),
  );
  const generated = await progress.step('Generate headers', () =>
    generatedHeaders(tree, root, configuration, compiler, cache, signal),
  );
  const instrumentation = request.kcsan ? 'kcsan' : 'every-access';
  const context = { root, generated, configuration, instrumentation, cache } as const;
  const prepared = await Promise.all(request.units.map((unit) => prepareUnit(unit, context)));
  const objects = new ObjectCache(`${cache}/objects`);
  const known = await Promise.all(prepared.map(({ job }) => objects.find(job, compiler.version)));
  const missing = known.flatMap((object, index) => (object === null ? [index] : []));
  const fresh = new Map<number, CompileResult>();
  if (missing.length > 0) {
    await progress.step(`Compile ${missing.length} files with ${compiler.name}`, async (update) => {
      let done = 0;
      const results = await compiler.compile(
        missing.map((index) => (prepared[index] as PreparedUnit).job),
        {
          signal,
          workers: request.workers ?? 2,
          onDone: (position) => {
            done += 1;
            const unit = request.units[missing[position] ?? 0];
            update(unit?.path ?? '', done / missing.length);
          },
        },
      );
      for (const [position, result] of results.entries()) fresh.set(missing[position] ?? 0, result);
    });
  }
  const outcomes: (CompiledUnit | FailedUnit)[] = [];
  for (const [index, unit] of request.units.entries()) {
    const { job, built } = prepared[index] as PreparedUnit;
    const cached = known[index] ?? null;
    const result = fresh.get(index);
    if (cached !== null) outcomes.push({ unit, ...cached, fromCache: true, built });
    else if (result?.ok) {
      refuseForeignFiles(unit.path, result.opened, job.mounts);
      await objects.store(job, compiler.version, result.object, result.opened);
      const { object, opened: read } = result;
      outcomes.push({ unit, object, read, fromCache: false, built });
    } else outcomes.push({ unit, diagnostics: ownDiagnostics(result?.diagnostics ?? '', job.mounts) });
  }
  return { outcomes, configuration, unmet: unmetSymbols(request.fragment, configuration) };
}

function ownDiagnostics(diagnostics: string, mounts: Mounts): string {
  return withoutForeignText(diagnostics, (file) => isMounted(file, mounts));
}

function unmetSymbols(
  fragment: ReadonlyMap<string, string>,
  { values }: ModelConfiguration,
): readonly string[] {
  return [...fragment]
    .filter(([name, value]) => (value === 'y' || value === 'm') && (values.get(name)?.value ?? 'n') === 'n')
    .map(([name]) => name);
}

function compileError(failed: FailedUnit): Error {
  const { unit, diagnostics } = failed;
  const [, file = unit.path, line, column] =
    /^(?:\/millrace\/[a-z]+\/)?(.+?):(\d+):(\d+): (?:fatal )?error:/m.exec(diagnostics) ?? [];
  return inputError(`${unit.path} does not compile for the model machine`, {
    ...(line === undefined ? {} : { at: { file, line: Number(line), column: Number(column) } }),
    excerpt: diagnostics.trim().split('\n').slice(0, 20).join('\n'),
    hint: 'The model engine compiles for an architecture of its own; the kernel engine may have no trouble.',
  });
}
