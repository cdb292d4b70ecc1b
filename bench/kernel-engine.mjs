// The kernel engine against the recipe of the mail that founded this project: stock kunit.py with the architecture's
// default configuration and the whole kernel instrumented, on a pristine copy of the tree with the exported patch.
//
//   npm run bench:kernel-engine -- [CASE] [--tree TREE] [--boots 3] [--keep DIR [--only PART ...]]
//
// One run measures both sides, one after the other: give it a machine with nothing else to do, some 40 minutes of two
// cores, and 6 GB. --keep DIR works in that folder and leaves there what was measured; with --only stock-build,
// stock-boot or millrace it measures that part again and takes the others from DIR. ccache is off. Needs GNU time
// (package "time") besides what the kernel engine needs. Exit code 1 when a wanted limit does not hold.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findCase, loadCase } from '../dist/case/index.js';
import { defaultTreeSpec, openTree } from '../dist/tree/index.js';
import { pairOf } from './kernel-engine/boots.mjs';
import { requireGnuTime } from './kernel-engine/measure.mjs';
import { runMillrace } from './kernel-engine/millrace.mjs';
import { bootStock, buildStock } from './kernel-engine/stock.mjs';
import { comparison } from './kernel-engine/table.mjs';
import { workspace } from './workspace.mjs';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tree: { type: 'string' },
    boots: { type: 'string', default: '3' },
    keep: { type: 'string' },
    only: { type: 'string', multiple: true },
  },
});
const parts = ['stock-build', 'stock-boot', 'millrace'];
const wantedParts = options.only ?? parts;
const wrong = wantedParts.find((part) => !parts.includes(part));
if (wrong !== undefined || (options.only !== undefined && options.keep === undefined)) {
  console.error(`--only takes ${parts.join(', ')}, together with --keep DIR.`);
  process.exit(2);
}
requireGnuTime();

const tree = await openTree(options.tree ?? (await defaultTreeSpec()));
const casePath = await findCase(positionals[0] ?? 'tw686x-streamoff');
const { directory, signal, run } = workspace('bench', options.keep);
const pair = pairOf(await loadCase(casePath));
const shared = {
  casePath,
  tree: tree.path,
  pair,
  count: Number(options.boots),
  millrace: new URL('../dist/cli/main.js', import.meta.url).pathname,
  env: { CCACHE_DISABLE: '1', LC_ALL: 'C' },
  signal,
};

async function measured(part, measure, request) {
  const file = join(directory, `${part}.json`);
  if (!wantedParts.includes(part)) {
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
    throw new Error(`${file} is missing: measure ${part} first.`);
  }
  const note = (text) => console.error(`${part}: ${text}`);
  const result = { ...(await measure({ ...shared, ...request, note })), measured: new Date().toISOString() };
  writeFileSync(file, JSON.stringify(result, null, 2));
  return result;
}

await run(async () => {
  const stock = {
    build: await measured('stock-build', buildStock, { directory: join(directory, 'stock') }),
    boot: await measured('stock-boot', bootStock, { directory: join(directory, 'stock') }),
  };
  const millrace = await measured('millrace', runMillrace, { directory: join(directory, 'millrace') });
  const { lines, holds } = comparison(stock, millrace);
  const [cpu] = cpus();
  const dates = [stock.build, stock.boot, millrace].map(({ measured: date }) =>
    date.slice(0, 16).replace('T', ' '),
  );
  console.log(
    [
      `${cpus().length} × ${cpu?.model}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Linux ${release()}`,
      `Linux ${tree.version}; ${millrace.toolchain}; ${millrace.qemu}, ${millrace.accelerator}`,
      `pair: ${pair.functions.join(' / ')}; medians of ${millrace.boots.length} boots`,
      `measured ${dates.join(', ')} UTC`,
      '',
      ...lines,
    ].join('\n'),
  );
  process.exitCode = holds ? 0 : 1;
});
