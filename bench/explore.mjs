// How fast the model engine explores, against what is wanted: schedules per second on the founding case and on five
// plain C programs, time per instrumented access, memory over a million schedules, growth with threads and accesses,
// and two threads against one. Exits with 1 when something is missed.
//
//   npm run bench:explore
import { explore, makeStrategy } from '../dist/model/explore/index.js';
import { plainMode } from '../dist/model/machine/index.js';
import { detectorCosts } from './explore/detectors.mjs';
import { measure, options } from './explore/measure.mjs';
import { foundingCase, plainProgram } from './explore/programs.mjs';

const wanted = { foundingCase: 150_000, plainPrograms: 50_000, memoryGrowth: 1.1 };

let missed = 0;

function line(text) {
  process.stdout.write(`${text}\n`);
}

/** One row: what is wanted, what was measured, whether it holds. */
function row(what, limit, measured, holds) {
  if (!holds) missed++;
  line([what.padEnd(34), limit.padStart(10), measured.padStart(24), holds ? 'holds' : 'MISSED'].join('  '));
}

const count = (value) => Math.round(value).toLocaleString('en');
const rates = ({ best, median }) => `${count(best)} (${count(median)})`;

line('Schedules per second of processor time: the fastest tenth of a second (the median one)');
line(`${''.padEnd(34)}  ${'wanted'.padStart(10)}  ${'measured'.padStart(24)}`);
const founding = await foundingCase();
if (founding === null) line('founding case: not measured, there is no kernel tree');
else {
  const bounded = await measure(founding, 'bounded', 3);
  row(
    'founding case, bounded(3)',
    count(wanted.foundingCase),
    rates(bounded),
    bounded.best >= wanted.foundingCase,
  );
  line(
    `founding case, dpor: ${rates(await measure(founding, 'dpor', 1))}; ${bounded.steps.toFixed(0)} steps each`,
  );
}
for (const name of ['counter', 'race', 'peterson', 'queue', 'locks']) {
  const program = await plainProgram(name);
  for (const strategy of ['dpor', 'bounded']) {
    const measured = await measure(program, strategy, 1);
    const holds = measured.best >= wanted.plainPrograms;
    row(
      `${name}, ${strategy}${strategy === 'bounded' ? '(3)' : ''}`,
      count(wanted.plainPrograms),
      rates(measured),
      holds,
    );
  }
}

line('\nTime per instrumented access: a run with 1,000 more of them');
{
  const few = await measure(await plainProgram('locks', ['-DROUNDS=1', '-DACCESSES=1']), 'dpor', 1);
  const many = await measure(await plainProgram('locks', ['-DROUNDS=1', '-DACCESSES=501']), 'dpor', 1);
  const extra = 1 / many.best - 1 / few.best;
  line(`${((extra / (many.steps - few.steps)) * 1e9).toFixed(1)} ns, its code and its loop included`);
}

line('\nMemory over a million schedules (random walk), MiB');
{
  const { machine, entry } = await plainProgram('counter');
  const strategy = makeStrategy({ ...options, strategy: 'random' });
  const sizes = [];
  for (let i = 1; i <= 1_000_000; i++) {
    machine.execute(strategy, entry, plainMode);
    strategy.advance();
    if (i % 50_000 !== 0) continue;
    globalThis.gc?.();
    sizes.push(process.memoryUsage.rss() / 2 ** 20);
  }
  line(
    sizes
      .filter((_, index) => index % 4 === 3)
      .map(count)
      .join('  '),
  );
  const growth = sizes.at(-1) / sizes[4];
  row(
    'after 1,000,000 / after 250,000',
    `${wanted.memoryGrowth}`,
    growth.toFixed(2),
    growth <= wanted.memoryGrowth,
  );
}

line('\nGrowth, dpor: threads that take one lock some times each, (nr)! / r!^n interleavings');
const factorial = (n) => (n < 2 ? 1 : n * factorial(n - 1));
for (const [threads, rounds] of [
  ...[2, 3, 4, 5, 6, 7, 8].map((threads) => [threads, 1]),
  ...[2, 4, 6, 8].map((rounds) => [2, rounds]),
]) {
  const { machine, entry } = await plainProgram('locks', [`-DTHREADS=${threads}`, `-DROUNDS=${rounds}`]);
  const all = { ...options, strategy: 'dpor', maxSchedules: 1e6, maxTime: 60_000, entry };
  const { schedules, redundant, elapsed } = await explore(machine, all);
  const formula = factorial(threads * rounds) / factorial(rounds) ** threads;
  const each = ((elapsed * 1000) / schedules).toFixed(1);
  row(
    `${threads} threads, ${rounds} rounds (${each} us each)`,
    count(formula),
    count(schedules),
    schedules === formula,
  );
  if (redundant > 0) line(`  and ${redundant} given up`);
}
for (const accesses of [1, 10, 100, 1000]) {
  const program = await plainProgram('locks', ['-DROUNDS=1', `-DACCESSES=${accesses}`]);
  line(
    `3 threads, ${accesses} increments each: ${(1e6 / (await measure(program, 'dpor', 1)).best).toFixed(1)} us a schedule`,
  );
}

line('\nTwo threads against one: 9 threads that take one lock once, wall time');
{
  const { machine, entry, observer, recruit } = await plainProgram('locks', ['-DTHREADS=9', '-DROUNDS=1']);
  const all = { ...options, strategy: 'dpor', maxSchedules: 1e6, maxTime: 60_000, entry, observer };
  const one = await explore(machine, all);
  const two = await explore(machine, { ...all, recruit: recruit(2, all) });
  const speedup = one.elapsed / two.elapsed;
  line(
    `${(one.elapsed / 1000).toFixed(2)} s and ${(two.elapsed / 1000).toFixed(2)} s: ${speedup.toFixed(2)} times as fast`,
  );
  row('schedules', count(one.schedules), count(two.schedules), one.schedules === two.schedules);
}

line('\nTime per access under each detector (wanted: KCSAN at most twice happens-before)');
{
  const { happensBefore, kcsan } = await detectorCosts();
  const nanoseconds = (value) => `${value.toFixed(1)} ns`;
  row('happens-before, kcsan', nanoseconds(happensBefore), nanoseconds(kcsan), kcsan <= 2 * happensBefore);
}

if (missed > 0) line(`\n${missed} missed`);
process.exitCode = missed === 0 ? 0 : 1;
