// Runs a command under GNU time: what it and everything below it used.
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import which from 'which';
import { run } from '../../dist/base/index.js';

const gnuTime = '/usr/bin/time';

/** Fails with a hint where GNU time is missing: the shell's own `time` has neither -f nor the memory. */
export function requireGnuTime() {
  if (!existsSync(gnuTime)) throw new Error('There is no /usr/bin/time: install GNU time (package "time").');
}

/**
 * Runs a shell command line and says what it used.
 * @returns `user`, `system`, `elapsed` in seconds, `peakMiB` of its largest process, `exitCode`, `stdout`
 */
export async function timed(commandLine, { cwd, env, signal, usageFile }) {
  const format = '{"user":%U,"system":%S,"elapsed":%e,"peakKiB":%M}';
  const args = ['-q', '-o', usageFile, '-f', format, 'sh', '-c', commandLine];
  const { exitCode, stdout, stderr } = await run(gnuTime, args, { cwd, env, signal });
  const { peakKiB, ...usage } = JSON.parse(readFileSync(usageFile, 'utf8'));
  return { ...usage, peakMiB: peakKiB / 1024, exitCode, stdout, stderr };
}

/**
 * A folder for the front of PATH in which each program of `names` runs the real one under GNU time and adds a line
 * to a file. A program that another one of them started is part of that one.
 */
export async function meteredPrograms(directory, names) {
  const file = join(directory, 'usage');
  const folder = join(directory, 'bin');
  rmSync(file, { force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of names) {
    const program = await which(name);
    const wrapper = join(folder, name);
    const format = `${name} %U %S %M`;
    writeFileSync(
      wrapper,
      `#!/bin/sh
[ -n "$MILLRACE_BENCH_METERED" ] && exec '${program}' "$@"
MILLRACE_BENCH_METERED=1 exec ${gnuTime} -q -a -o '${file}' -f '${format}' '${program}' "$@"
`,
    );
    chmodSync(wrapper, 0o755);
  }
  return {
    PATH: `${folder}:${process.env.PATH}`,
    /** CPU seconds of all runs of `name`, and the memory of its largest process. */
    usage(name) {
      const lines = readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line.startsWith(`${name} `));
      const numbers = lines.map((line) => line.split(' ').slice(1).map(Number));
      return {
        cpu: numbers.reduce((sum, [user = 0, system = 0]) => sum + user + system, 0),
        peakMiB: Math.max(...numbers.map(([, , peakKiB = 0]) => peakKiB)) / 1024,
      };
    },
  };
}
