// KCSAN's own test suite, kernel/kcsan/kcsan_test.c and selftest.c of a tree as they are: on the model machine, on a real
// kernel of the same configuration under QEMU, and whether both say the same, case by case and number of threads by number
// of threads. `--help` says how to run it; docs/kcsan.md says what came out.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { terminalProgress } from '../dist/cli/progress.js';
import { defaultTreeSpec, openTree } from '../dist/tree/index.js';
import { consoleVerdicts, runOnKernel } from './conformance/kernel.mjs';
import { runOnModel } from './conformance/model.mjs';
import { compared, machineText, summary, tableLines } from './conformance/table.mjs';
import { workspace } from './workspace.mjs';

const usage = `npm run conformance -- [options]

  --config NAME     defaults or strict; both by default
  --only ENGINE     model or kernel; both by default
  --case TEXT       cases whose name has TEXT: test_basic
  --boots N         boots of the real kernel (1)
  --seeds N         runs of the model machine, with seeds from 1 on (1)
  --keep DIR        leave results and consoles in DIR, and measure nothing twice:
                    what is there already, and of the same inputs, is taken
  --log FILE        a console of your own in place of the boots, with --config
  --tree TREE       kernel tree
  --accel NAME      QEMU's accelerator: tcg (the default) or kvm
  -j, --jobs N      compilers at a time
  --json            print results as JSON
  -q, --quiet       no progress

The kernel is built with the kernel engine, into its cache: 5 to 15 minutes for
each configuration. A boot takes some minutes under software emulation.

  npm run conformance -- --only model
  npm run conformance -- --config strict --keep /tmp/conformance --boots 3

Exit: 0 when both engines agree, or with one engine all cases pass; 1 when not;
2 for a wrong option; 130 when interrupted.`;

const parsed = () =>
  parseArgs({
    options: {
      config: { type: 'string' },
      only: { type: 'string' },
      case: { type: 'string', default: '' },
      boots: { type: 'string', default: '1' },
      seeds: { type: 'string', default: '1' },
      keep: { type: 'string' },
      log: { type: 'string' },
      tree: { type: 'string' },
      accel: { type: 'string', default: 'tcg' },
      jobs: { type: 'string', short: 'j' },
      json: { type: 'boolean', default: false },
      quiet: { type: 'boolean', short: 'q', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  }).values;

/** What is wrong with the options, or null. */
function objection({ config, only, accel, log, boots, seeds, jobs }) {
  const oneOf = (name, value, words) =>
    value === undefined || words.includes(value) ? null : `--${name} takes ${words.join(' or ')}.`;
  const count = (name, value) =>
    value === undefined || /^[1-9]\d*$/.test(value) ? null : `--${name} takes a number.`;
  return (
    oneOf('config', config, ['defaults', 'strict']) ??
    oneOf('only', only, ['model', 'kernel']) ??
    oneOf('accel', accel, ['tcg', 'kvm']) ??
    count('boots', boots) ??
    count('seeds', seeds) ??
    count('jobs', jobs) ??
    (log !== undefined && config === undefined ? '--log takes --config as well.' : null)
  );
}

function fail(text) {
  console.error(text);
  process.exit(2);
}

let options;
try {
  options = parsed();
} catch (error) {
  fail(`${error.message}\nTry --help.`);
}
if (options.help) {
  console.log(usage);
  process.exit(0);
}
const wrong = objection(options);
if (wrong !== null) fail(wrong);

const progress = terminalProgress(options.quiet);
const { directory, signal, run } = workspace('conformance', options.keep);

const tell = (text) => {
  if (!options.json) process.stdout.write(`${text}\n`);
};

await run(async () => {
  const tree = await openTree(options.tree ?? (await defaultTreeSpec()), { progress, signal });
  const results = [];
  tell(machineText());
  for (const config of options.config === undefined ? ['defaults', 'strict'] : [options.config]) {
    const request = {
      tree,
      config,
      directory,
      filter: options.case,
      boots: Number(options.boots),
      seeds: Number(options.seeds),
      accelerator: options.accel,
      jobs: options.jobs === undefined ? undefined : Number(options.jobs),
      progress,
      signal,
    };
    const model = options.only === 'kernel' ? null : await runOnModel(request);
    const kernel =
      options.only === 'model'
        ? null
        : options.log === undefined
          ? await runOnKernel(request)
          : { log: options.log, boots: [consoleVerdicts(readFileSync(options.log))] };
    const result = { config, tree: tree.version, model, kernel, rows: compared(model, kernel, options.case) };
    results.push(result);
    for (const line of tableLines(result)) tell(line);
  }
  if (options.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
  process.exitCode = results.every((result) => summary(result).asExpected) ? 0 : 1;
});
