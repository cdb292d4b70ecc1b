// How many real reports `millrace new` makes a case of, and how many of these compile for the model machine.
//
//     npm run bench:new -- REPORTS [--tree debian:6.12] [--only 007,067] [--verbose]
//
// REPORTS is a folder of console logs (*.txt), a report each. A report counts as of the tree when it has two sides and
// for both a function that the tree defines: the kernels that wrote the logs are of other versions.
import { createReadStream, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readConsole } from '../dist/report/index.js';
import { scaffoldCase } from '../dist/scaffold/index.js';
import { openTree } from '../dist/tree/index.js';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tree: { type: 'string', default: process.env.MILLRACE_TREE ?? 'debian:6.12' },
    only: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});
const [reports] = positionals;
if (reports === undefined) {
  console.error('Give a folder of console logs.');
  process.exit(2);
}

async function firstReport(path) {
  let found = null;
  for await (const events of readConsole(createReadStream(path)))
    for (const event of events) if (event.kind === 'report') found ??= event.report;
  return found;
}

const tree = await openTree(options.tree);
const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-'));
const only = options.only?.split(',');
const counts = { reports: 0, oneSided: 0, notOfTree: 0, other: 0, cases: 0, compiles: 0, todos: 0 };
const seconds = [];
try {
  for (const name of readdirSync(reports).filter((file) => file.endsWith('.txt'))) {
    const stem = name.replace(/\.txt$/, '');
    if (only !== undefined && !only.includes(stem)) continue;
    const report = await firstReport(join(reports, name));
    if (report === null) continue;
    counts.reports += 1;
    const began = performance.now();
    let line;
    try {
      const made = await scaffoldCase({
        ...{ tree, name: `case-${stem}`, parent: folder, compileIn: tree },
        from: { kind: 'report', report },
      });
      counts.cases += 1;
      counts.todos += made.todos.length;
      if (made.compiles) counts.compiles += 1;
      const sides = made.sides.map(({ context, entry }) => `${context} ${entry}()`).join(' / ');
      line = `${made.compiles ? 'compiles' : 'a case  '} ${sides}, ${made.todos.length} TODO`;
      if (!made.compiles) line += `: ${made.notes.at(-1)}`;
    } catch (error) {
      // A defect ends the bench.
      if (error.kind !== 'input') throw error;
      if (report.accesses.length < 2) counts.oneSided += 1;
      else if (/defined in the tree/.test(error.message)) counts.notOfTree += 1;
      else counts.other += 1;
      line = `none     ${error.message}`;
    }
    seconds.push((performance.now() - began) / 1000);
    if (options.verbose) console.log(`${name} ${seconds.at(-1).toFixed(1).padStart(5)} s ${line}`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
const percent = (part, whole) => (whole === 0 ? '-' : `${Math.round((100 * part) / whole)} %`);
const median = seconds.toSorted((a, b) => a - b)[Math.floor(seconds.length / 2)] ?? 0;
console.log(`${counts.reports} reports against Linux ${tree.version}`);
console.log(
  `  ${counts.oneSided} with one side only, ${counts.notOfTree} of functions that the tree does not define`,
);
console.log(`  ${counts.other} refused for another reason`);
console.log(
  `  ${counts.cases} cases, of which ${counts.compiles} compile (${percent(counts.compiles, counts.cases)})`,
);
console.log(
  `  ${(counts.todos / Math.max(1, counts.cases)).toFixed(1)} TODOs a case, ${median.toFixed(1)} s in the middle`,
);
