// `millrace check FILE.c...`: every interleaving of a freestanding C program.
import prettyBytes from 'pretty-bytes';
import type { CommandModule } from 'yargs';
import { inputError, interruptedError, type Progress, printableText, safeJson } from '../base/index.js';
import { type StrategyName, strategyNames } from '../model/explore/index.js';
import { type MemoryModel, memoryModels } from '../model/memory/index.js';
import type { CheckOptions } from '../model/plain-c/index.js';
import { exitCodeFor } from './errors.js';
import { interruptible } from './interrupt.js';
import { terminalProgress } from './progress.js';
import { workersOf } from './workers.js';

interface CheckArguments {
  files: string[];
  strategy: StrategyName;
  seed: number;
  preemptions: number;
  'max-schedules': number;
  'max-time': number;
  workers: number;
  'max-memory': number;
  'max-steps': number;
  'max-threads': number | undefined;
  inputs: string;
  memory: MemoryModel;
  define: string[] | undefined;
  include: string[] | undefined;
  std: string | undefined;
  compiler: 'native' | 'packaged' | undefined;
  replay: string | undefined;
  json: boolean;
  quiet: boolean;
}

export const checkCommand: CommandModule<object, CheckArguments> = {
  builder: (yargs) =>
    yargs
      .positional('files', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'C11 sources with pthread.h and stdatomic.h; one of them has main()',
      })
      .option('strategy', {
        choices: strategyNames,
        default: 'dpor' as const,
        describe: 'dpor: all inequivalent interleavings; bounded: all with few preemptions',
      })
      .option('preemptions', { type: 'number', default: 2, describe: 'For bounded, and for pct' })
      .option('seed', { type: 'number', default: 1, describe: 'For pct and random' })
      .option('max-schedules', { type: 'number', default: 1_000_000, describe: 'Stop after so many' })
      .option('max-time', { type: 'number', default: 60, describe: 'Stop after so many seconds' })
      .option('workers', {
        type: 'number',
        default: 1,
        describe: 'Threads that explore; the result is that of one',
      })
      .option('max-memory', { type: 'number', default: 64, describe: 'MiB that the program may use' })
      .option('max-steps', {
        type: 'number',
        default: 20_000,
        describe: 'Operations of one thread in one execution',
      })
      .option('max-threads', {
        type: 'number',
        describe: 'Threads besides main(): 30 at most; 3 if not given and there would be more',
      })
      .option('inputs', {
        type: 'string',
        default: '0,1,2,-1',
        describe: 'Values that __VERIFIER_nondet_int() takes',
      })
      .option('memory', {
        choices: memoryModels,
        default: 'sc' as const,
        describe: 'sc: interleavings alone; tso: what x86 allows beyond; c11: what C11 allows (RC11)',
      })
      .option('define', { alias: 'D', type: 'string', array: true, nargs: 1, describe: 'Macro: -D N=3' })
      .option('include', {
        alias: 'I',
        type: 'string',
        array: true,
        nargs: 1,
        describe: 'Folder with headers: -I DIR',
      })
      .option('std', { type: 'string', describe: 'Language: -std=gnu11 if not given' })
      .option('compiler', {
        choices: ['native', 'packaged'] as const,
        describe: 'Native clang, or the one that comes along; native when there is one',
      })
      .option('replay', { type: 'string', describe: 'Show this schedule of a finding step by step' })
      .option('json', { type: 'boolean', default: false, describe: 'The result as JSON' })
      .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'No progress' })
      .example('$0 check counter.c', 'All inequivalent interleavings of counter.c')
      .example('$0 check queue.c test.c -D N=3', 'A program of two files')
      .example('$0 check server.c --max-threads 3', 'A program that starts threads without end')
      .example('$0 check dekker.c --memory tso', 'With the store buffers of x86')
      .example('$0 check big.c --workers 2', 'On two cores')
      .example('$0 check big.c --strategy pct --max-time 10', 'Ten seconds of random priorities')
      .epilog(
        'Exit: 0 nothing found, 1 something found, 2 bad input, 3 the environment failed, ' +
          '4 inconclusive: nothing found, and something was cut.',
      ),
  handler: (args) =>
    interruptible(async (signal) => {
      process.exitCode = await check(args, signal);
    }),
};

async function check(args: CheckArguments, signal: AbortSignal): Promise<number> {
  const options = optionsOf(args, signal);
  const progress = terminalProgress(args.quiet);
  if (args.replay !== undefined) return replay(args, args.replay, options, progress);
  const { checkApart } = await import('../model/plain-c/index.js');
  const { checkWithMessages, renderCheck } = await import('../render/check/index.js');
  const result = await checkApart(args.files, options, progress);
  process.stdout.write(
    `${args.json ? safeJson(checkWithMessages(result), 2) : printableText(renderCheck(result, args.include))}\n`,
  );
  if (result.exploration.stoppedBy === 'interrupt') throw interruptedError();
  return exitCodeFor(outcomes[result.outcome]);
}

/** A program is expected to have nothing wrong. */
const outcomes = { nothing: 'as-expected', found: 'not-as-expected', inconclusive: 'inconclusive' } as const;

async function replay(
  { files, include }: CheckArguments,
  schedule: string,
  options: CheckOptions,
  progress: Progress,
): Promise<number> {
  const { replayApart } = await import('../model/plain-c/index.js');
  const { parseSchedule } = await import('../model/replay/index.js');
  const { renderCheckReplay, sourceLines } = await import('../render/check/index.js');
  // The schedule says which memory it was found with.
  const { memory: memoryModel } = parseSchedule(schedule);
  const replayed = await replayApart(files, schedule, { ...options, memoryModel }, progress);
  process.stdout.write(`${printableText(renderCheckReplay(replayed, sourceLines(files, include)))}\n`);
  return exitCodeFor('as-expected');
}

function languageOf(std: string): string {
  if (!/^(c|gnu|iso9899:)\w+$/.test(std))
    throw inputError(`--std takes the name of a language, not '${std}'`);
  return std;
}

/** Bytes beyond which a WebAssembly memory of 32 bits cannot be addressed with signed numbers. */
const mostMemory = 1024 * 1024 * 1024;

function optionsOf(args: CheckArguments, signal: AbortSignal): CheckOptions {
  const inputs = args.inputs.split(',').map(Number);
  if (inputs.length === 0 || inputs.some((value) => !Number.isInteger(value)))
    throw inputError(`--inputs takes whole numbers with commas between them, not '${args.inputs}'`);
  for (const [name, value] of Object.entries({
    '--max-schedules': args['max-schedules'],
    '--max-time': args['max-time'],
    '--max-memory': args['max-memory'],
    '--max-steps': args['max-steps'],
  }))
    if (!(value > 0)) throw inputError(`${name} takes a number above 0`);
  for (const [name, value] of Object.entries({ '--preemptions': args.preemptions, '--seed': args.seed }))
    if (!(Number.isInteger(value) && value >= 0)) throw inputError(`${name} takes a whole number, 0 or more`);
  const maxThreads = args['max-threads'];
  if (maxThreads !== undefined && !(Number.isInteger(maxThreads) && maxThreads >= 1 && maxThreads <= 30))
    throw inputError('--max-threads takes a whole number from 1 to 30');
  const maxMemory = args['max-memory'] * 1024 * 1024;
  if (maxMemory > mostMemory)
    throw inputError(`--max-memory is ${prettyBytes(mostMemory, { binary: true })} at most`);
  return {
    strategy: args.strategy,
    seed: args.seed,
    preemptions: args.preemptions,
    maxSchedules: Math.ceil(args['max-schedules']),
    workers: workersOf(args.workers),
    maxTime: args['max-time'] * 1000,
    maxMemory,
    maxSteps: args['max-steps'],
    maxThreads: maxThreads === undefined ? undefined : maxThreads + 1,
    inputs,
    memoryModel: args.memory,
    cflags: [
      ...(args.define ?? []).map((macro) => `-D${macro}`),
      ...(args.include ?? []).map((folder) => `-I${folder}`),
      ...(args.std === undefined ? [] : [`-std=${languageOf(args.std)}`]),
    ],
    compiler: args.compiler,
    signal,
  };
}
