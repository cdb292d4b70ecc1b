// How soon the command line answers, against `node -e 0` in the same run: each command several times in turn, the
// least of each. Exits with 1 when something is slower than wanted on two quiet cores; on a busy machine the ratio
// to `node -e 0` tells more.
//
//   npm run bench:startup
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { workspace } from './workspace.mjs';

const rounds = 7;
const top = fileURLToPath(new URL('..', import.meta.url));
const main = join(top, 'dist/cli/main.js');
const { directory, run } = workspace('startup', undefined);
// Fetched by whoever wants these measured.
const trees = join(process.env.XDG_CACHE_HOME ?? join(process.env.HOME ?? '', '.cache'), 'millrace/trees');
const env = process.env;

const source = (value) => `#include <pthread.h>
static int shared;
static void *run(void *unused) { shared = ${value}; return unused; }
int main(void)
{
	pthread_t thread;
	pthread_create(&thread, 0, run, 0);
	pthread_join(thread, 0);
	return shared;
}
`;

/** Seconds by the clock, and of the processor in this process and its children. */
function measure({ args, prepare }) {
  prepare?.();
  const command = args[0] === 'node' ? args.slice(1) : [main, ...args];
  const script = `const { spawnSync } = require('node:child_process');
    const start = process.hrtime.bigint();
    const { status } = spawnSync(process.execPath, ${JSON.stringify(command)}, { stdio: 'ignore' });
    const wall = Number(process.hrtime.bigint() - start) / 1e9;
    console.log(JSON.stringify({ status, wall }));`;
  const before = childTime();
  const { stdout } = spawnSync(process.execPath, ['-e', script], { cwd: directory, env, encoding: 'utf8' });
  const { status, wall } = JSON.parse(stdout);
  return { status, wall, cpu: childTime() - before };
}

/** Processor seconds of all children that have ended, from /proc (proc(5): cutime and cstime, in hundredths). */
function childTime() {
  if (!existsSync('/proc/self/stat')) return 0;
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

await run(async () => {
  const small = join(directory, 'small.c');
  const changing = join(directory, 'changing.c');
  writeFileSync(small, source(1));
  const rows = [
    { what: 'node -e 0', args: ['node', '-e', '0'] },
    { what: '--version', args: ['--version'], wanted: 0.15 },
    { what: '--help', args: ['--help'], wanted: 0.15 },
    { what: 'completion', args: ['completion'], wanted: 0.15 },
    {
      what: 'completing `check --st`',
      args: ['--get-yargs-completions', 'millrace', 'check', '--st'],
      wanted: 0.15,
    },
    { what: 'check, unchanged', args: ['check', small, '--quiet'], wanted: 0.6 },
    {
      what: 'check, changed',
      args: ['check', changing, '--quiet'],
      prepare: () => writeFileSync(changing, source(Math.floor(Math.random() * 1e9))),
      wanted: 1.5,
    },
  ];
  if (existsSync(trees) && readdirSync(trees).some((name) => name.includes('6.12'))) {
    const founding = ['run', join(top, 'cases/tw686x-streamoff'), '--tree', 'debian:6.12', '--quiet'];
    spawnSync(process.execPath, [main, ...founding], { cwd: directory, env, stdio: 'ignore' });
    const runs = join(directory, '.millrace/runs');
    const [first] = readdirSync(runs);
    for (let number = 1; number < 1000; number++)
      cpSync(join(runs, first), join(runs, `${first}-${number + 1}`), { recursive: true });
    rows.push({ what: 'runs, 1,000 records', args: ['runs'], wanted: 0.5 });
    rows.push({ what: 'the founding case again', args: founding, wanted: 1.2 });
  } else console.log('Without debian:6.12 in the cache neither runs nor the founding case is measured.');

  for (const row of rows) measure(row);
  const least = rows.map(() => ({ wall: Number.POSITIVE_INFINITY, cpu: Number.POSITIVE_INFINITY }));
  for (let round = 0; round < rounds; round++)
    for (const [index, row] of rows.entries()) {
      const { status, wall, cpu } = measure(row);
      if (status === null || status > 1) throw new Error(`${row.what} ended with ${status}`);
      least[index].wall = Math.min(least[index].wall, wall);
      least[index].cpu = Math.min(least[index].cpu, cpu);
    }
  const [node] = least;
  // Each was started by a Node of its own, to measure from within.
  const starter = node.cpu / 2;
  console.log(
    `${''.padEnd(26)}${'clock'.padStart(9)}${'processor'.padStart(11)}${'× node'.padStart(8)}${'wanted'.padStart(9)}`,
  );
  let missed = 0;
  for (const [index, { what, wanted }] of rows.entries()) {
    const { wall, cpu } = least[index];
    const own = cpu - starter;
    const holds = wanted === undefined || (wall <= wanted && own <= wanted);
    if (!holds) missed += 1;
    const verdict =
      wanted === undefined ? '' : `${wanted.toFixed(2)} s`.padStart(9) + (holds ? '  holds' : '  MISSED');
    console.log(
      `${what.padEnd(26)}${`${wall.toFixed(3)} s`.padStart(9)}${`${own.toFixed(2)} s`.padStart(11)}${(wall / node.wall).toFixed(1).padStart(8)}${verdict}`,
    );
  }
  process.exitCode = missed === 0 ? 0 : 1;
});
