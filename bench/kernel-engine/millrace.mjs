// Our side: `millrace run` with an empty cache.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { boiledDown } from './boots.mjs';
import { meteredPrograms, timed } from './measure.mjs';
import { compiledObjects } from './objects.mjs';

const qemu = 'qemu-system-x86_64';

/** Builds from nothing and boots `count` times. The build's CPU time is that of the whole run without QEMU. */
export async function runMillrace({ directory, casePath, tree, millrace, pair, count, env, signal, note }) {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const metered = await meteredPrograms(directory, ['make', qemu]);
  const cache = join(directory, 'cache');
  const args = ['run', casePath, '--engine', 'kernel', '--tree', tree, '--boots', String(count)];
  const words = [process.execPath, millrace, ...args, '--json', '--quiet'];
  note(`millrace ${args.join(' ')}`);
  const used = await timed(words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' '), {
    cwd: directory,
    env: { ...env, PATH: metered.PATH, XDG_CACHE_HOME: cache },
    signal,
    usageFile: join(directory, 'run-usage'),
  });
  if (used.exitCode > 1) throw new Error(`millrace run failed:\n${used.stderr.slice(-2000)}`);
  const record = JSON.parse(used.stdout);
  const [kernel] = record.engines[0].kernels;
  const builds = join(cache, 'millrace', 'builds');
  const [build = ''] = readdirSync(builds);
  return {
    cpu: used.user + used.system - metered.usage(qemu).cpu,
    makeCpu: metered.usage('make').cpu,
    elapsed: kernel.build.seconds,
    peakMiB: metered.usage('make').peakMiB,
    objects: compiledObjects(join(builds, build, 'objects')),
    toolchain: kernel.toolchain,
    qemu: kernel.qemu,
    accelerator: kernel.accelerator,
    boots: kernel.boots.map((boot) => boiledDown(boot, pair)),
    bootPeakMiB: metered.usage(qemu).peakMiB,
  };
}
