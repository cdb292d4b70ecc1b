// The suite on the model machine.
import { buildSuite, runSelftest, SuiteMachine } from '../../dist/model/conformance/index.js';
import { kcsanConfigLines } from '../../dist/model/detect/kcsan/index.js';
import { keptList } from './kept.mjs';
import { caseKey, suiteCase, suiteFragment } from './suite.mjs';

/**
 * @returns `{ compiler, settings, runs }`, each run `{ seed, verdicts, failures, reports, selftest }`: objects by case,
 * as {@link caseKey} names it
 */
export async function runOnModel({ tree, config, directory, filter, seeds, progress, signal }) {
  const { text, values } = suiteFragment(config);
  const { cpus } = (await suiteCase(config)).kernel;
  const suite = await buildSuite(tree, values, 'suite', { progress, signal });
  const self = await buildSuite(tree, values, 'selftest', { progress, signal });
  const about = { compiler: suite.compiler, cpus, settings: kcsanConfigLines(suite.settings) };
  const kept = keptList(directory, `${config}-model`, { tree: tree.identity, text, cpus, filter, ...about });
  for (let seed = kept.items.length + 1; seed <= seeds; seed++) {
    const machine = new SuiteMachine(suite.program, suite.settings, cpus, seed);
    const title = `${config}: model machine, seed ${seed}`;
    const run = await progress.step(title, (update) => oneRun(machine, filter, signal, update));
    const selftest = Object.fromEntries(
      runSelftest(self.program, self.settings, seed).map(({ name, passed }) => [
        name,
        passed ? 'ok' : 'not ok',
      ]),
    );
    kept.add({ seed, measured: new Date().toISOString(), ...run, selftest }, about);
  }
  return { ...about, runs: kept.items.slice(0, seeds) };
}

async function oneRun(machine, filter, signal, update) {
  const verdicts = {};
  const failures = {};
  const reports = {};
  const cases = machine.cases();
  for (const [place, { name, threads }] of cases.entries()) {
    if (!name.includes(filter)) continue;
    // Ctrl-C is seen between two cases.
    await new Promise((go) => setImmediate(go));
    signal.throwIfAborted();
    const key = caseKey(name, threads);
    update(`${place + 1}/${cases.length} ${key}`, place / cases.length);
    const ran = machine.run(place);
    verdicts[key] = ran.result;
    reports[key] = ran.reports;
    if (ran.failures.length > 0) failures[key] = [...new Set(ran.failures)];
  }
  const passed = Object.values(verdicts).filter((verdict) => verdict === 'ok').length;
  update(`${passed} ok of ${Object.keys(verdicts).length}`);
  return { verdicts, failures, reports };
}
