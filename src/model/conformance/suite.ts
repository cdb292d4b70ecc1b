// KCSAN's own tests, kernel/kcsan/kcsan_test.c and selftest.c of a tree, compiled as they are for the model machine.
import { join } from 'node:path';
import { type Progress, silentProgress } from '../../base/index.js';
import type { Tree } from '../../tree/index.js';
import { architectureFolder, compileModel, findModelCompiler } from '../compile/index.js';
import { type KcsanSettings, kcsanSettings } from '../detect/kcsan/index.js';
import { linkProgram, type Program } from '../link/index.js';
import { kcsanSwitches } from '../machine/index.js';
import { linkObjects } from '../run/link-objects.js';

export interface Suite {
  readonly program: Program;
  readonly settings: KcsanSettings;
  readonly compiler: string;
}

const files = {
  suite: { wrapper: 'conformance/kcsan-suite.c', source: 'kernel/kcsan/kcsan_test.c' },
  selftest: { wrapper: 'conformance/kcsan-selftest.c', source: 'kernel/kcsan/selftest.c' },
} as const;

/** `fragment`: names without `CONFIG_`, values as in a `.config`. Errors: as those of `compileModel`. */
export async function buildSuite(
  tree: Tree,
  fragment: ReadonlyMap<string, string>,
  what: keyof typeof files,
  { progress = silentProgress, signal }: { progress?: Progress; signal?: AbortSignal } = {},
): Promise<Suite> {
  const compiler = await findModelCompiler({ signal });
  const unit = (path: string, sources: readonly string[]) => ({
    kind: 'harness' as const,
    path: join(architectureFolder, path),
    sources,
  });
  const { units, configuration } = await compileModel({
    tree,
    fragment,
    kcsan: true,
    compiler,
    signal,
    progress,
    units: [unit(files[what].wrapper, [files[what].source]), unit('kernel/data.c', [])],
  });
  const settings = kcsanSettings(configuration.values);
  const module = await linkObjects(
    compiler,
    units.map(({ object }) => object),
    signal,
  );
  const program = await linkProgram(module, (name) => kcsanSwitches(name, settings), { tellCalls: true });
  return { program, settings, compiler: compiler.name };
}
