// What the explorer's bench runs: plain C programs of this folder, and the founding case where there is a kernel tree.
import { fileURLToPath } from 'node:url';
import { silentProgress } from '../../dist/base/index.js';
import { findCase, loadCase } from '../../dist/case/index.js';
import { findModelCompiler } from '../../dist/model/compile/index.js';
import { entryOf } from '../../dist/model/explore/index.js';
import { compilePrograms, linkPlainC, prepareProgram } from '../../dist/model/plain-c/index.js';
import { prepareModel } from '../../dist/model/run/prepare.js';
import { testMachine } from '../../dist/model/run/test-machine.js';
import { recruiter } from '../../dist/model/threads/index.js';
import { cachedTrees, openTree } from '../../dist/tree/index.js';

const limits = { steps: 20_000, memory: 32 * 1024 * 1024 };

/** A machine, the entry of its first context, and what makes its other threads. */
export async function plainProgram(name, defines = []) {
  const file = fileURLToPath(new URL(`${name}.c`, import.meta.url));
  const [wasm] = await compilePrograms(await findModelCompiler(), [[file]], { cflags: defines });
  const program = await linkPlainC(wasm);
  const { machine, observer } = prepareProgram(program, {
    maxMemory: limits.memory,
    maxSteps: limits.steps,
    inputs: [0],
  });
  const { linked, wasm: switchable } = program;
  const recruit = (workers, options) =>
    recruiter(workers, options, () => ({ kind: 'plain C', linked, wasm: switchable, limits, inputs: [0] }));
  return { machine, observer, entry: entryOf(machine), recruit };
}

/** STREAMOFF against the timer, on `$MILLRACE_TREE` or the newest cached Debian tree of 6.12; null without one. */
export async function foundingCase() {
  const cached = (await cachedTrees()).find(
    ({ spec, version }) => spec.startsWith('debian:') && version.startsWith('6.12.'),
  );
  const spec = process.env.MILLRACE_TREE || cached?.path;
  if (spec === undefined) return null;
  const progress = silentProgress;
  const theCase = await loadCase(await findCase('tw686x-streamoff'));
  const tree = await openTree(spec, { progress });
  const { program } = await prepareModel({ case: theCase, tree, fix: null, progress });
  const { kernel, entry, outcomes } = await testMachine(
    program,
    { ...limits, steps: 100_000 },
    'streamoff_vs_delay',
    { maxTime: Number.POSITIVE_INFINITY },
  );
  return { machine: kernel.machine, observer: outcomes, entry };
}
