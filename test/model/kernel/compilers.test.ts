// Both compilers, native clang and the packaged one, have to give the same results: the founding case, the plain C
// programs and the benches. Skipped where there is no native clang.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { silentProgress } from '../../../src/base/index.js';
import { loadCase } from '../../../src/case/index.js';
import { findModelCompiler, type ModelCompiler } from '../../../src/model/compile/index.js';
import { explore, mainNames } from '../../../src/model/explore/index.js';
import { defaultModelOptions, runModel } from '../../../src/model/index.js';
import { exportedEntry } from '../../../src/model/machine/index.js';
import { compilePrograms, linkPlainC, prepareProgram } from '../../../src/model/plain-c/index.js';
import { openTree } from '../../../src/tree/index.js';
import { accessLines, nativeClang } from '../accesses.js';
import { checkOptions, compileAll, prepare, programs } from '../programs.js';

const root = join(import.meta.dirname, '../../..');
const native = await nativeClang();
const packaged = await findModelCompiler({ prefer: 'packaged' });
const both: readonly ModelCompiler[] = native === null ? [] : [native, packaged];
const benches = readdirSync(join(root, 'bench/explore')).filter((file) => file.endsWith('.c'));

/** Counts of one program, bounded by work alone. */
const bounded = { ...checkOptions, maxSchedules: 2000, maxTime: 3_600_000 };

describe.skipIf(native === null)('native clang and the packaged one', () => {
  it('give every plain C program the same accesses and the same interleavings', async () => {
    const [theirs, ours] = await Promise.all(
      both.map(async (compiler) => {
        const program = await compileAll(
          programs.map(({ file }) => file),
          [],
          compiler,
        );
        const counts: string[] = [];
        for (const { name, entry } of programs) {
          const { machine } = prepare(program);
          const result = await explore(machine, { ...bounded, entry: exportedEntry(machine, ...entry) });
          const kinds = result.sightings.map(({ incident }) => incident.kind).sort();
          counts.push(`${name}: ${result.schedules} ${result.redundant} ${kinds.join(' ')}`);
        }
        return { accesses: accessLines(program), counts };
      }),
    );
    expect(theirs).toEqual(ours);
  });

  it('give every bench the same accesses and the same interleavings', async () => {
    const [theirs, ours] = await Promise.all(
      both.map(async (compiler) => {
        const files = benches.map((file) => [join(root, 'bench/explore', file)]);
        const modules = await compilePrograms(compiler, files, { cflags: ['-w'] });
        return Promise.all(
          modules.map(async (wasm, index) => {
            const program = await linkPlainC(wasm);
            const { machine } = prepareProgram(program, bounded);
            const entry = exportedEntry(machine, ...mainNames);
            const { schedules, redundant } = await explore(machine, { ...bounded, entry });
            return { file: benches[index], accesses: accessLines(program), schedules, redundant };
          }),
        );
      }),
    );
    expect(theirs).toEqual(ours);
  });

  it('give the founding case the same tests, interleavings, findings and schedules', async () => {
    const tree = await openTree(process.env.MILLRACE_TREE ?? 'debian:6.12');
    const theCase = await loadCase(join(root, 'cases/tw686x-streamoff'));
    const [theirs, ours] = await Promise.all(
      both.map(async ({ kind }) => {
        const { program, tests } = await runModel({
          case: theCase,
          tree,
          fix: null,
          compiler: kind,
          options: { ...defaultModelOptions, maxTime: 3600 },
          progress: silentProgress,
        });
        // A schedule names the program that it belongs to, which is compiled code.
        return JSON.parse(JSON.stringify(tests).replaceAll(program, 'PROGRAM')) as unknown;
      }),
    );
    expect(theirs).toEqual(ours);
  });
});
