// Standard output and standard error where they end early: a reader that has gone is no error, a disk that is full is.
import { damagedCache, displayPath, environmentError, printable } from '../base/index.js';
import { exitCodeFor, printError } from './errors.js';

/** To be called once, before anything is written. */
export function watchStreams(): void {
  let failed = false;
  process.stdout.on('error', (cause: NodeJS.ErrnoException) => {
    // `millrace … | head` has read all that it wanted; what the command found out stands.
    if (cause.code === 'EPIPE' || failed) return;
    failed = true;
    printError(
      environmentError(`cannot write to standard output: ${cause.code ?? cause.message}`, {
        hint: 'Send it where there is room.',
        cause,
      }),
    );
  });
  process.stderr.on('error', () => {});
  process.on('exit', () => {
    if (failed) process.exitCode = exitCodeFor('not-run');
  });
  damagedCache.subscribe((path) => {
    process.stderr.write(`note: ${printable(displayPath(String(path)))} was damaged, and is made anew\n`);
  });
}
