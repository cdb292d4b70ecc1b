// KCSAN's own test suite, kernel/kcsan/kcsan_test.c of a tree as it is, on the model machine, case by case and for each
// number of threads that it asks for, beside what a real kernel of the same configuration said.
//
//   npm run conformance                                         both configurations, on the model machine
//   npm run conformance -- --config strict --tree ~/linux
//   npm run conformance -- --config defaults --log console.log  beside the console of a boot
//
// A boot: millrace run bench/kcsan-suite/defaults --engine kernel --filter 'kcsan*' --instrument all --boots 1
// and its console is in the run's folder. CONFIG_KCSAN_REPORT_ONCE_IN_MS is 100 in both: each case runs half a second
// longer than that (lib/Kconfig.kcsan recommends it).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { silentProgress } from '../dist/base/index.js';
import { parseKunitconfig } from '../dist/kconfig/index.js';
import { buildSuite, runSelftest, SuiteMachine } from '../dist/model/conformance/index.js';
import { kcsanConfigLines } from '../dist/model/detect/kcsan/index.js';
import { createConsoleReader } from '../dist/report/index.js';
import { defaultTreeSpec, openTree } from '../dist/tree/index.js';

/** CPUs of the machine and, in bench/kcsan-suite, of the kernel: they bound the number of threads. */
const cpus = 8;

const { values } = parseArgs({
  options: {
    config: { type: 'string' },
    tree: { type: 'string' },
    log: { type: 'string' },
    only: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});

function fragmentOf(config) {
  const path = join(fileURLToPath(new URL('kcsan-suite', import.meta.url)), config, 'kunitconfig');
  const lines = parseKunitconfig(readFileSync(path, 'utf8'), path);
  return new Map(lines.map(({ symbol, value }) => [symbol.replace(/^CONFIG_/, ''), value]));
}

/** `test_basic 2` to `ok`, `not ok` or `skip`, from the KTAP of a console. */
function kernelVerdicts(file) {
  const verdicts = new Map();
  const reader = createConsoleReader({
    onReport: () => {},
    onTrouble: () => {},
    onTest: ({ path, status }) => {
      if (path[0] !== 'kcsan') return;
      const threads = /^threads=(\d+)$/.exec(path[2] ?? '')?.[1];
      const word = { passed: 'ok', failed: 'not ok', skipped: 'skip' }[status] ?? status;
      if (path.length === 3 && threads !== undefined) verdicts.set(`${path[1]} ${threads}`, word);
      else if (path.length === 2) verdicts.set(`${path[1]} `, word);
    },
  });
  reader.write(readFileSync(file));
  reader.end();
  return verdicts;
}

const line = (text) => process.stdout.write(`${text}\n`);
const tree = await openTree(values.tree ?? (await defaultTreeSpec()), { progress: silentProgress });
let different = 0;
let failed = 0;
for (const config of values.config === undefined ? ['defaults', 'strict'] : [values.config]) {
  const { program, settings, compiler } = await buildSuite(tree, fragmentOf(config), 'suite');
  const machine = new SuiteMachine(program, settings, cpus, Number(values.seed));
  const kernel = values.log === undefined ? null : kernelVerdicts(values.log);
  line(`# ${config}: Linux ${tree.version}, ${compiler}, ${cpus} CPUs`);
  for (const text of kcsanConfigLines(settings)) line(`#   ${text.replace(/^# /, '')}`);
  const self = await buildSuite(tree, fragmentOf(config), 'selftest');
  for (const { name, passed, messages } of runSelftest(self.program, self.settings, Number(values.seed))) {
    line(`selftest.c: ${name.padEnd(26)} ${passed ? 'ok' : 'not ok'}`);
    if (!passed) failed++;
    for (const message of messages) line(`    ${message}`);
  }
  line(`${'case'.padEnd(38)} threads  reports  model   kernel  equal`);
  const counts = { ok: 0, 'not ok': 0, skip: 0 };
  for (const [place, { name }] of machine.cases().entries()) {
    if (values.only !== undefined && !name.includes(values.only)) continue;
    const { threads, result, failures, reports } = machine.run(place);
    const real = kernel?.get(`${name} ${threads ?? ''}`) ?? (kernel === null ? 'not run' : 'missing');
    const equal = kernel === null ? '-' : real === result ? 'yes' : 'NO';
    counts[result]++;
    if (result === 'not ok') failed++;
    if (equal === 'NO') different++;
    const cells = [name.padEnd(38), String(threads ?? '-').padStart(7), String(reports).padStart(8)];
    line(`${cells.join(' ')}  ${result.padEnd(7)} ${real.padEnd(7)} ${equal}`);
    for (const failure of new Set(failures)) line(`    ${failure}`);
  }
  line(`# ${config}: ${counts.ok} ok, ${counts['not ok']} not ok, ${counts.skip} skipped\n`);
}
process.exitCode = failed + different > 0 ? 1 : 0;
