#!/usr/bin/env node
// The command line: it only wires. One file a command; errors become text and exit codes here and nowhere else.
import module from 'node:module';
import { join } from 'node:path';
import { cacheDirectory } from '../base/index.js';
import { watchStreams } from './streams.js';
import { version } from './version.js';

watchStreams();
const args = process.argv.slice(2);
// Asked by scripts and shells before anything else: without the library that reads arguments.
if (args.length === 1 && args[0] === '--version') console.log(version());
else {
  keepCompiledCode();
  process.exitCode = await (await import('./command-line.js')).runCommandLine(args);
}

/** What V8 made of the code that is loaded from here on, for the next time: from Node 22 on. */
function keepCompiledCode(): void {
  const { enableCompileCache } = module as { enableCompileCache?: (directory: string) => unknown };
  enableCompileCache?.(join(cacheDirectory(), 'node'));
}
