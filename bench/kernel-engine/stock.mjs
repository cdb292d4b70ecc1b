// The other side: a pristine copy of the tree, the patch that `millrace export` writes, and the two commands of the
// text beside it, as a reader without Millrace would type them.
import { appendFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run, runOrThrow } from '../../dist/base/index.js';
import { exercisesOf } from '../../dist/kernel/console/index.js';
import { createConsoleReader } from '../../dist/report/index.js';
import { boiledDown } from './boots.mjs';
import { meteredPrograms, timed } from './measure.mjs';
import { compiledObjects } from './objects.mjs';

const outputFolder = 'out-millrace';

/**
 * The mail's test is one of KCSAN's own (`kunit.filter_glob=kcsan.test_…`), so its kernel has them, and the
 * tracepoints that they depend on (lib/Kconfig.kcsan, v6.12), by the smallest of the ways to them.
 */
const kcsanTest = ['CONFIG_KCSAN_KUNIT_TEST=y', 'CONFIG_FTRACE=y', 'CONFIG_ENABLE_DEFAULT_TRACERS=y'];

/** Copies the tree, applies the exported patch, and builds. */
export async function buildStock({ directory, casePath, tree, millrace, env, signal, note }) {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const linux = join(directory, 'linux');
  note(`copying ${tree}`);
  await runOrThrow('cp', ['-a', '--reflink=auto', tree, linux], { signal });
  const exported = join(directory, 'export');
  await runOrThrow(process.execPath, [millrace, 'export', casePath, '--tree', tree, '-o', exported], {
    signal,
  });
  const { patch, build } = instructions(exported);
  await runOrThrow('patch', ['-p1', '-i', patch], { cwd: linux, signal });
  appendFileSync(join(linux, /--kunitconfig=(\S+)/.exec(build)[1]), `${kcsanTest.join('\n')}\n`);
  note('kunit.py build, which takes its time and says nothing');
  const used = await timed(build, { cwd: linux, env, signal, usageFile: join(directory, 'build-usage') });
  if (used.exitCode !== 0) throw new Error(`kunit.py failed:\n${used.stdout.slice(-2000)}`);
  return {
    command: build,
    cpu: used.user + used.system,
    user: used.user,
    system: used.system,
    elapsed: used.elapsed,
    peakMiB: used.peakMiB,
    objects: compiledObjects(join(directory, outputFolder)),
  };
}

/** Boots what was built, `count` times. */
export async function bootStock({ directory, pair, count, env, signal, note }) {
  const { boot: command } = instructions(join(directory, 'export'));
  const metered = await meteredPrograms(directory, ['qemu-system-x86_64']);
  const boots = [];
  for (let index = 1; index <= count; index += 1) {
    note(`boot ${index}/${count}`);
    const cwd = join(directory, 'linux');
    boots.push(
      boiledDown(await bootOnce(command, { cwd, env: { ...env, PATH: metered.PATH }, signal }), pair),
    );
  }
  return { command, boots, peakMiB: metered.usage('qemu-system-x86_64').peakMiB };
}

async function bootOnce(command, { cwd, env, signal }) {
  const began = performance.now();
  const elapsed = () => (performance.now() - began) / 1000;
  const reports = [];
  const tests = [];
  let firstKtap = null;
  const times = [];
  const reader = createConsoleReader({
    onKtapStart: () => {
      firstKtap ??= elapsed();
    },
    onReport: (report) => {
      times.push(elapsed());
      reports.push(report);
    },
    onTest: (test) => tests.push(test),
  });
  const { exitCode } = await run('sh', ['-c', command], {
    cwd,
    env,
    signal,
    onStdout: (chunk) => reader.write(chunk),
  });
  reader.end();
  const outcome = exitCode === 0 ? 'completed' : exitCode === 124 ? 'hung' : `exit code ${exitCode}`;
  return { outcome, firstKtap, times, reports, exercises: exercisesOf(tests) };
}

/** The patch's path and the two command lines, from what `millrace export` wrote. */
function instructions(folder) {
  const text = readFileSync(join(folder, 'REPRODUCE.txt'), 'utf8');
  const blocks = [...text.matchAll(/(?:^ {4}.*\n)+/gm)].map(([block]) => block.replace(/^ {4}/gm, ''));
  const block = (needle) => {
    const found = blocks.find((candidate) => candidate.includes(needle));
    if (found === undefined) throw new Error(`REPRODUCE.txt has no command with ${needle}`);
    return found.trim();
  };
  const patch = /patch -p1 < (\S+)/.exec(block('patch -p1'))?.[1];
  return { patch: join(folder, patch), build: block('kunit.py build'), boot: block('qemu-system-x86_64') };
}
