#!/usr/bin/env node
// The command line: it only wires. One file a command; errors become text and exit codes here and nowhere else.
import { hideBin } from 'yargs/helpers';
import { runCommandLine } from './command-line.js';
import { watchStreams } from './streams.js';

watchStreams();
process.exitCode = await runCommandLine(hideBin(process.argv));
