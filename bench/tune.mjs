// What `millrace tune` predicts, against the kernel engine's measured rates: for three settings of KCSAN, reports of a
// case's pairs in a thousand rounds.
//
//   npm run bench:tune -- [CASE] [--boots 10] [--executions 20000] [--seconds 4] [--cpus 4] [--keep DIR] [--json]
//   npm run bench:tune -- --icount shift=1,sleep=off --test streamoff_vs_delay
//
// One kernel, the case's own; skip_watch, udelay_task and interrupt_watcher are parameters of its command line
// (kernel/kcsan/core.c). Under QEMU's software emulation unless --accel kvm. --icount has QEMU count the guest's time by
// its instructions (`-icount`), so that it depends on no other load of the host; then virtual CPUs take turns in one
// host thread. --keep DIR keeps consoles and counts, and a later run with the same options goes on there.
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findCase, loadCase } from '../dist/case/index.js';
import { terminalProgress } from '../dist/cli/progress.js';
import { shareInterval } from '../dist/evidence/index.js';
import { buildKernel, findEmulator } from '../dist/kernel/index.js';
import { boot, qemuCommandText } from '../dist/kernel/qemu/index.js';
import { defaultKcsanOptions, runTune } from '../dist/model/index.js';
import { racingFunctions } from '../dist/report/index.js';
import { defaultTreeSpec, openTree } from '../dist/tree/index.js';
import { keptList } from './conformance/kept.mjs';
import { workspace } from './workspace.mjs';

const points = [
  { skipWatch: 100, udelayTask: 200, udelayInterrupt: 100, interruptWatcher: true },
  { skipWatch: 20, udelayTask: 200, udelayInterrupt: 100, interruptWatcher: true },
  { skipWatch: 20, udelayTask: 20, udelayInterrupt: 100, interruptWatcher: false },
];

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tree: { type: 'string' },
    test: { type: 'string' },
    boots: { type: 'string', default: '10' },
    executions: { type: 'string', default: '20000' },
    seconds: { type: 'string', default: '4' },
    cpus: { type: 'string', default: '4' },
    icount: { type: 'string' },
    accel: { type: 'string', default: 'tcg' },
    keep: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

const progress = terminalProgress();
const { directory, signal, run } = workspace('tune', options.keep);

const pairOf = (functions) => [...functions].sort().join(' / ');
const perThousand = (hits, of) => {
  const { low, high } = shareInterval(hits, of);
  return { hits, of, value: (1000 * hits) / of, low: 1000 * low, high: 1000 * (high ?? 1) };
};

async function predict(theCase, tree, point, guestCpus) {
  const grid = Object.fromEntries(Object.entries({ ...point, cpus: guestCpus }).map(([k, v]) => [k, [v]]));
  const executions = Number(options.executions);
  const { samples } = await runTune({
    case: theCase,
    tree,
    grid,
    options: { ...defaultKcsanOptions, seed: 1, executions, maxTime: 600 },
    progress,
    signal,
  });
  return samples;
}

async function measure(theCase, built, emulator, point, name) {
  const parameters = [
    `kcsan.skip_watch=${point.skipWatch}`,
    `kcsan.udelay_task=${point.udelayTask}`,
    `kcsan.udelay_interrupt=${point.udelayInterrupt}`,
    `kcsan.interrupt_watcher=${point.interruptWatcher ? 1 : 0}`,
  ];
  const guest = {
    qemu: emulator.program,
    kernel: built.image.vmlinux,
    cpus: Number(options.cpus),
    memory: theCase.kernel.memory,
    filter: `${theCase.suite}.${options.test ?? '*'}`,
    accelerator: emulator.accelerator.name,
    firmware: emulator.firmware,
    seconds: Number(options.seconds),
    parameters,
    machine: options.icount === undefined ? [] : [['-icount', options.icount]],
  };
  const timeout = 600;
  const command = qemuCommandText({ ...guest, seed: 1 }, timeout);
  const kept = keptList(directory, name, { kernel: built.image.vmlinux, command });
  for (let seed = kept.items.length + 1; seed <= Number(options.boots); seed++) {
    const console = join(directory, `${name}-${seed}.console`);
    const booted = await progress.step(`${name}: boot ${seed}/${options.boots}`, (update) =>
      boot({ guest: { ...guest, seed }, timeout, console, update, signal }),
    );
    signal.throwIfAborted();
    const pairs = {};
    for (const report of booted.reports) {
      const pair = pairOf(racingFunctions(report));
      pairs[pair] = (pairs[pair] ?? 0) + 1;
    }
    const { outcome, seconds, exercises } = booted;
    kept.add({ outcome, seconds, exercises, pairs }, { command });
  }
  return { command, boots: kept.items.slice(0, Number(options.boots)) };
}

/** One test at one point: the model's share, and the kernel's by round and by overlapped round. */
function compared({ name, races }, { samples, boots }) {
  const sample = samples.find(({ test }) => test === name);
  const pair = pairOf(races[0].functions);
  const ended = boots.filter(({ outcome }) => outcome === 'completed');
  const exercised = ended.flatMap(({ exercises, pairs }) =>
    exercises
      .filter(({ test }) => test === name)
      .map((exercise) => ({ ...exercise, hits: pairs[pair] ?? 0 })),
  );
  const sum = (key) => exercised.reduce((total, exercise) => total + exercise[key], 0);
  return {
    test: name,
    pair,
    predicted: perThousand(sample.hits, sample.executions),
    measured: perThousand(sum('hits'), sum('rounds')),
    overlapped: sum('overlaps') / sum('rounds'),
    byOverlap: (1000 * sum('hits')) / sum('overlaps'),
    byBoot: exercised.map(({ hits, rounds }) => (1000 * hits) / rounds),
  };
}

const interval = ({ value, low, high }) => `${value.toFixed(1)} (${low.toFixed(1)} to ${high.toFixed(1)})`;

await run(async () => {
  const tree = await openTree(options.tree ?? (await defaultTreeSpec()), { progress, signal });
  const theCase = await loadCase(await findCase(positionals[0] ?? 'tw686x-streamoff'));
  const emulator = await findEmulator(undefined, signal, options.accel);
  const request = { case: theCase, tree, fix: null, makeOptions: [], instrument: 'case', lockdep: false };
  const built = await buildKernel({ ...request, cpus: theCase.kernel.cpus, progress, signal });
  const results = [];
  for (const point of points) {
    const name = `${point.skipWatch}-${point.udelayTask}-${point.udelayInterrupt}-${point.interruptWatcher ? 'y' : 'n'}${options.icount === undefined ? '' : '-icount'}`;
    const samples = await predict(theCase, tree, point, Number(options.cpus));
    const { command, boots } = await measure(theCase, built, emulator, point, name);
    const tests = theCase.tests.filter((test) => options.test === undefined || test.name === options.test);
    results.push({
      point,
      command,
      boots: boots.length,
      tests: tests.map((test) => compared(test, { samples, boots })),
    });
  }
  if (options.json) console.log(JSON.stringify(results, null, 2));
  else {
    const [cpu] = cpus();
    console.log(
      `# ${cpus().length} × ${cpu?.model}, Linux ${release()}; ${new Date().toISOString().slice(0, 10)}`,
    );
    console.log(`# Linux ${tree.version}; ${emulator.version}, ${options.accel}, ${options.cpus} CPUs`);
    for (const { point, command, boots, tests } of results) {
      const { skipWatch, udelayTask, udelayInterrupt, interruptWatcher } = point;
      console.log(
        `\nskip_watch ${skipWatch}, udelay ${udelayTask}/${udelayInterrupt} µs, interrupt watcher ${interruptWatcher ? 'y' : 'n'}; ${boots} boots`,
      );
      console.log(`  ${command}`);
      for (const { test, predicted, measured, overlapped, byOverlap, byBoot } of tests) {
        console.log(`  ${test}`);
        console.log(`    predicted in 1000 executions  ${interval(predicted)}  of ${predicted.of}`);
        console.log(
          `    measured in 1000 rounds       ${interval(measured)}  ${measured.hits} of ${measured.of}`,
        );
        const range = `${Math.min(...byBoot).toFixed(1)} to ${Math.max(...byBoot).toFixed(1)}`;
        console.log(
          `      by boot ${range}; overlapped ${(100 * overlapped).toFixed(1)} %; ${byOverlap.toFixed(0)} in 1000 of those`,
        );
      }
    }
  }
});
