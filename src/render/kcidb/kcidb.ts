// A run in the form in which the Kernel CI database takes results (KCIDB I/O schema 5.3, kcidb_io/schema/v05_03.py):
// the tree with and without the fix as checkouts, what each engine compiled of it as builds, the tests on each.
import { createHash } from 'node:crypto';
import { quoted, safeJson } from '../../base/index.js';
import type { EngineEvidence, Evidence } from '../../evidence/index.js';
import { verdictText } from '../../words/index.js';
import { type TestOutcome, testOutcomes } from '../ci/test-outcomes.js';
import { printableText } from '../plain/index.js';

/** As the schema names them; ERROR: not told, since the test did not come to its end; DONE: ended, and tells nothing. */
type Status = 'FAIL' | 'ERROR' | 'MISS' | 'PASS' | 'DONE';

/** Characters of an excerpt that the schema allows. */
const longestExcerpt = 16_384;

/** JSON, ending in a line end. `origin`: the name of the CI that submits it. */
export function renderKcidb(evidence: Evidence, origin = 'millrace'): string {
  const { run } = evidence;
  const id = (...parts: readonly string[]) => clean(`${origin}:${[run.id, ...parts].join(':')}`);
  const kernels = ['base', ...(run.fix === null ? [] : ['fixed'])];
  const builds = evidence.engines.flatMap((engine) =>
    kernels.map((kernel) => ({ engine, kernel, id: id(engine.engine, kernel) })),
  );
  const report = {
    version: { major: 5, minor: 3 },
    checkouts: kernels.map((kernel) => ({ id: id(kernel), origin, ...checkoutOf(evidence, kernel) })),
    builds: builds.map(({ engine, kernel, id: build }) => ({
      checkout_id: id(kernel),
      id: build,
      origin,
      start_time: run.started,
      architecture: engine.engine === 'kernel' ? 'x86_64' : 'wasm32',
      command: clean(run.command.map(quoted).join(' ')),
      ...('compiler' in engine ? { compiler: clean(engine.compiler) } : {}),
      config_name: clean(`${run.case.name} (${engine.engine})`),
      status: run.status === 'finished' ? 'PASS' : 'ERROR',
      misc: { millrace: run.millrace },
    })),
    tests: builds.flatMap(({ engine, kernel, id: build }) =>
      run.case.tests.map(({ name, title }) => ({
        build_id: build,
        id: clean(`${build}:${name}`),
        origin,
        path: ['millrace', run.case.name, engine.engine, name].map(segment).join('.'),
        comment: clean(title),
        start_time: run.started,
        environment: environmentOf(engine, evidence),
        ...resultOf(engine, evidence, kernel, name),
        misc: { millrace: run.millrace, kernel, verdict: verdictText(evidence.verdict) },
      })),
    ),
  };
  return `${safeJson(report, 2)}\n`;
}

function checkoutOf({ run }: Evidence, kernel: string) {
  const { tree, fix } = run;
  const isFixed = kernel === 'fixed' && fix !== null;
  const commit = tree?.commit ?? '';
  return {
    ...(/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(commit) ? { git_commit_hash: commit } : {}),
    patchset_hash: isFixed ? createHash('sha256').update(`${fix.sha256}\n`).digest('hex') : '',
    comment: clean(
      [
        tree === null ? 'no tree' : `Linux ${tree.version} (${tree.spec})`,
        ...(isFixed ? [fix.title] : []),
      ].join(', with: '),
    ),
    start_time: run.started,
    valid: tree !== null,
  };
}

function environmentOf({ engine }: EngineEvidence, { run }: Evidence) {
  const where = engine === 'kernel' ? 'QEMU' : 'model machine';
  return { comment: clean([where, ...(run.host === null ? [] : [run.host.system])].join(', ')) };
}

function resultOf(engine: EngineEvidence, evidence: Evidence, kernel: string, test: string) {
  const suites = testOutcomes(engine, evidence);
  const outcome = suites[kernel === 'base' ? 0 : 1]?.outcomes.find((one) => one.test === test);
  const detail = [...(outcome?.problem ? [outcome.problem] : []), ...(outcome?.detail ?? [])].join('\n');
  return {
    status: statusOf(outcome, engine, evidence),
    ...(detail === '' ? {} : { log_excerpt: excerpt(detail) }),
  };
}

/** A pass is said only where the engine's verdict rests on what was clean: elsewhere silence tells nothing. */
function statusOf(outcome: TestOutcome | undefined, { verdict }: EngineEvidence, { run }: Evidence): Status {
  if (outcome === undefined) return 'MISS';
  if (outcome.code === 'faulty') return 'FAIL';
  if (outcome.code === 'incomplete' || run.status !== 'finished') return 'ERROR';
  return verdict.outcome === 'as-expected' ? 'PASS' : 'DONE';
}

/** One step of a path, in the characters that the schema allows; a dot would begin the next. */
function segment(name: string): string {
  return name.replace(/[^a-zA-Z0-9_-]/g, '_');
}

function clean(text: string): string {
  return printableText(text);
}

/** The schema counts characters, not bytes. */
function excerpt(text: string): string {
  return [...clean(text)].slice(0, longestExcerpt).join('');
}
