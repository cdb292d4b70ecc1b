// How fast the model engine explores: schedules per second on five plain C programs, time per instrumented access,
// memory over a million schedules, growth with threads and accesses. Run: npm run build && node bench/explore.mjs
import { fileURLToPath } from 'node:url';
import { findModelCompiler } from '../dist/model/compile/index.js';
import { explore, mainNames, makeStrategy } from '../dist/model/explore/index.js';
import { exportedEntry } from '../dist/model/machine/index.js';
import { compilePrograms, linkPlainC, prepareProgram } from '../dist/model/plain-c/index.js';

const wanted = 50_000;

async function machineOf(name, defines = []) {
  const file = fileURLToPath(new URL(`explore/${name}.c`, import.meta.url));
  const [wasm] = await compilePrograms(await findModelCompiler(), [[file]], { cflags: defines });
  const limits = { maxMemory: 32 * 1024 * 1024, maxSteps: 20_000, inputs: [0] };
  return prepareProgram(linkPlainC(wasm), limits).machine;
}

/** Explores over and over, warm, for `seconds` of processor time. */
async function measure(machine, name, seconds) {
  const options = { seed: 1, preemptions: 3, maxSchedules: 100_000, maxTime: 10_000 };
  await explore(machine, { ...options, strategy: name });
  const entry = exportedEntry(machine, ...mainNames);
  machine.eager = name === 'dpor';
  const strategy = makeStrategy({ ...options, strategy: name });
  let executions = 0;
  let steps = 0;
  const before = process.cpuUsage();
  for (let used = 0; used < seconds; ) {
    for (let i = 0; i < 1000; i++) {
      machine.execute(strategy, entry);
      executions++;
      steps += machine.steps;
      if (!strategy.advance()) strategy.restart();
    }
    const { user, system } = process.cpuUsage(before);
    used = (user + system) / 1e6;
  }
  const { user, system } = process.cpuUsage(before);
  return { executions, seconds: (user + system) / 1e6, steps };
}

function line(text) {
  process.stdout.write(`${text}\n`);
}

const perSecond = ({ executions, seconds }) => Math.round(executions / seconds);

line(`Schedules per second of processor time (wanted: ${wanted.toLocaleString('en')})`);
line('program              dpor   bounded(3)   steps/schedule');
for (const program of ['counter', 'race', 'peterson', 'queue', 'locks']) {
  const machine = await machineOf(program);
  const dpor = await measure(machine, 'dpor', 2);
  const bounded = await measure(machine, 'bounded', 2);
  line(
    [
      program.padEnd(12),
      perSecond(dpor).toLocaleString('en').padStart(12),
      perSecond(bounded).toLocaleString('en').padStart(12),
      (dpor.steps / dpor.executions).toFixed(1).padStart(16),
    ].join(' '),
  );
}

line('\nTime per instrumented access: a run with 1,000 more of them');
{
  const few = await measure(await machineOf('locks', ['-DROUNDS=1', '-DACCESSES=1']), 'dpor', 2);
  const many = await measure(await machineOf('locks', ['-DROUNDS=1', '-DACCESSES=501']), 'dpor', 2);
  const extra = many.seconds / many.executions - few.seconds / few.executions;
  line(`${((extra / (many.steps / many.executions - few.steps / few.executions)) * 1e9).toFixed(1)} ns`);
}

line('\nMemory over a million schedules (random walk)');
{
  const machine = await machineOf('counter');
  const strategy = makeStrategy({ strategy: 'random', seed: 1, preemptions: 0 });
  const entry = exportedEntry(machine, ...mainNames);
  machine.eager = false;
  for (let i = 0; i <= 1_000_000; i++) {
    if (i % 250_000 === 0)
      line(`${String(i).padStart(9)}  ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MiB`);
    machine.execute(strategy, entry);
    strategy.advance();
  }
}

line('\nGrowth with threads (one lock, once each: n!) and with rounds (2 threads)');
for (const [threads, rounds] of [
  [2, 1],
  [3, 1],
  [4, 1],
  [5, 1],
  [6, 1],
  [7, 1],
  [2, 2],
  [2, 4],
  [2, 6],
  [2, 8],
]) {
  const machine = await machineOf('locks', [`-DTHREADS=${threads}`, `-DROUNDS=${rounds}`]);
  const result = await explore(machine, {
    strategy: 'dpor',
    seed: 1,
    preemptions: 0,
    maxSchedules: 1e6,
    maxTime: 60_000,
  });
  const rate = ((result.elapsed * 1000) / result.schedules).toFixed(1);
  line(
    `${threads} threads, ${rounds} rounds: ${result.schedules.toLocaleString('en')} schedules, ${result.redundant} redundant, ${rate} us each`,
  );
}
