// What the model engine finds in the cases that come with Millrace, base and fixes, and what they cost.
//
//     npm run bench:corpus -- [CASE ...] [--tree debian:6.12] [--lines]
//
// "as the case says" is a base whose verdict is what its case.yaml expects. With --lines each case that `millrace new`
// can make is made anew, and the lines of its harness that a hand changed are counted, comments aside.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { diffLines } from 'diff';
import { silentProgress } from '../dist/base/index.js';
import { bundledCases, findCase, loadCase } from '../dist/case/index.js';
import { sectionOf } from '../dist/record/index.js';
import { runCase } from '../dist/run/index.js';
import { scaffoldCase } from '../dist/scaffold/index.js';
import { openTree } from '../dist/tree/index.js';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tree: { type: 'string', default: process.env.MILLRACE_TREE ?? 'debian:6.12' },
    lines: { type: 'boolean', default: false },
  },
});

/** The two functions that a case is made from. */
const madeFrom = {
  'alps-dev3': ['alps_disconnect', 'alps_register_bare_ps2_mouse', 'drivers/input/mouse/alps.c'],
  'appleir-remove': ['appleir_remove', 'key_up_tick', 'drivers/hid/hid-appleir.c'],
  'btmtksdio-close': ['btmtksdio_close', 'btmtksdio_txrx_work', 'drivers/bluetooth/btmtksdio.c'],
  'elo-remove': ['elo_remove', 'elo_work', 'drivers/hid/hid-elo.c'],
  'gsmtty-open': ['gsmtty_open', 'gsmtty_open', 'drivers/tty/n_gsm.c'],
  'lkkbd-reinit': ['lkkbd_disconnect', 'lkkbd_reinit', 'drivers/input/keyboard/lkkbd.c'],
  'sunkbd-enabled': ['sunkbd_disconnect', 'sunkbd_reinit', 'drivers/input/keyboard/sunkbd.c'],
  'sunkbd-reinit': ['sunkbd_disconnect', 'sunkbd_reinit', 'drivers/input/keyboard/sunkbd.c'],
};

const code = (text, test) =>
  text
    .replaceAll(test, 'TEST')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .split('\n')
    .map((line) => line.trim())
    .filter(
      (line) =>
        line !== '' &&
        !/^(?:\/\/|MODULE_|\.(?:name|test_cases) =|static struct kunit|kunit_test_suite)/.test(line),
    )
    .join('\n');

async function linesByHand(theCase, tree, folder) {
  const [writer, reader, source] = madeFrom[theCase.name] ?? [];
  if (writer === undefined) return null;
  const made = await scaffoldCase({
    tree,
    name: `made-${theCase.name}`,
    parent: folder,
    compileIn: tree,
    from: { kind: 'functions', writer, reader, sources: [source] },
  });
  const before = await loadCase(made.directory);
  const texts = await Promise.all(
    [before, theCase].map(async (one) => code(await readFile(one.harness, 'utf8'), one.tests[0].name)),
  );
  return diffLines(...texts)
    .filter(({ added, removed }) => added || removed)
    .reduce((sum, { count, removed }) => sum + (removed ? 0 : count), 0);
}

const tree = await openTree(options.tree);
const folder = await mkdtemp(join(tmpdir(), 'millrace-corpus-'));
const names = positionals.length > 0 ? positionals : await bundledCases();
let right = 0;
let all = 0;
try {
  console.log(`${'case'.padEnd(24)}${'kernel'.padEnd(14)}${'interleavings'.padStart(13)}  seconds  found`);
  for (const name of names) {
    const theCase = await loadCase(await findCase(name));
    // Hardware is for the kernel engine.
    if (theCase.device !== undefined) continue;
    for (const fix of theCase.fixes.length === 0 ? [null] : theCase.fixes) {
      const began = performance.now();
      const { run } = await runCase({
        ...{ case: theCase, tree, fix, workingDirectory: folder, version: '0', command: ['bench:corpus'] },
        ...{ progress: silentProgress, engines: { model: {} } },
      });
      const model = sectionOf(run.record, 'model');
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      for (const { name: kernel, tests } of model.kernels) {
        const count = tests.reduce((sum, { interleavings }) => sum + interleavings, 0);
        const complete = tests.every((test) => test.complete) ? '' : ' (not all)';
        const kinds = tests.flatMap(({ races, failures, findings }) => [
          ...(races.length > 0 ? [`${races.length} races`] : []),
          ...(failures.length > 0 ? [`${failures.length} invariants`] : []),
          ...findings.map(({ kind }) => kind),
        ]);
        const found = [...new Set(kinds)].join(', ') || 'nothing';
        console.log(
          `${theCase.name.padEnd(24)}${kernel.padEnd(14)}${`${count}${complete}`.padStart(13)}  ${seconds.padStart(7)}  ${found}`,
        );
      }
      all += 1;
      if (model.verdict.outcome === 'as-expected') right += 1;
      console.log(`${''.padEnd(24)}${model.verdict.kind}`);
    }
    if (options.lines) {
      const lines = await linesByHand(theCase, tree, folder);
      console.log(`${''.padEnd(24)}${lines === null ? 'written by hand' : `${lines} lines by hand`}`);
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.log(`${all} runs of ${names.length} cases with Linux ${tree.version}: ${right} as the case says`);
