// How this program was called, as the record of a run keeps it.
import { version } from './version.js';

export function invocation() {
  return {
    workingDirectory: process.cwd(),
    version: version(),
    command: ['millrace', ...process.argv.slice(2)],
  };
}
