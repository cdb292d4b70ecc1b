// `millrace worker`: does the jobs of campaigns that come through a queue.
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { cacheDirectory, inputError, printable } from '../base/index.js';
import { doShare, Store, type WorkerEvent, work, workOnLines } from '../campaign/index.js';
import { exitCodes } from './errors.js';
import { interruptible } from './interrupt.js';
import { quietOption } from './options.js';
import { authorityOption, checkCounts, type QueueArguments, queueOf, queueOption } from './queue-options.js';

interface WorkerArguments extends QueueArguments {
  store: string | undefined;
  plan: string | undefined;
  index: number | undefined;
  of: number | undefined;
  lines: boolean;
  jobs: number | undefined;
  lease: number;
  quiet: boolean;
}

export const workerCommand: CommandModule<object, WorkerArguments> = {
  builder: (yargs) =>
    yargs
      .option('queue', queueOption)
      .option('ca', authorityOption)
      .option('store', {
        type: 'string',
        describe: 'Folder that all machines of the campaign share',
      })
      .option('jobs', {
        type: 'number',
        alias: 'j',
        describe: 'Jobs at a time (default: as many as processors)',
      })
      .option('lease', {
        type: 'number',
        default: 30,
        describe: 'Seconds of silence after which a job goes to another worker',
      })
      .option('plan', { type: 'string', describe: 'Without a queue: the plan in the store to do a share of' })
      .option('index', {
        type: 'number',
        describe: 'Which share, from 0 (default: JOB_COMPLETION_INDEX, as Kubernetes sets it)',
      })
      .option('of', { type: 'number', describe: 'How many shares there are' })
      .option('lines', {
        type: 'boolean',
        default: false,
        describe: 'Jobs come in on standard input, as `campaign --hosts` sends them',
      })
      .option('quiet', quietOption)
      .check((args) => {
        checkCounts({ ...args }, 'jobs', 'lease', 'of');
        return true;
      })
      .example('$0 worker --queue redis://queue:6379 --store /mnt/campaign', 'On each machine')
      .example('MILLRACE_QUEUE=rediss://:PASSWORD@queue:6380 $0 worker --store /mnt/campaign', '')
      .epilog(
        'It runs until it is stopped (Ctrl-C, SIGTERM), and gives back what it has begun. ' +
          'Exit: 130 stopped, 2 bad input, 3 the environment failed. With --plan: 0 when all of the share has a result.',
      ),
  handler: async (args) => {
    const store = new Store(storeFolder(args));
    await store.prepare();
    const tell = (event: WorkerEvent) => {
      if (!args.quiet) process.stderr.write(`${new Date().toISOString()} ${printable(lineOf(event))}\n`);
    };
    if (args.lines) {
      await interruptible((signal) =>
        workOnLines(store, { input: process.stdin, output: process.stdout, signal }),
      );
      return;
    }
    const share = shareOf(args);
    if (share !== null) {
      await interruptible(async (signal) => {
        const all = await doShare(store, share, (job, end) => tell({ kind: 'ended', job, end }), signal);
        process.exitCode = all ? exitCodes.expected : exitCodes.environment;
      });
      return;
    }
    const address = queueOf(args);
    if (address === undefined)
      throw inputError('a worker wants a queue', { hint: 'Add --queue redis://HOST:6379.' });
    await interruptible(async (signal) => {
      await work(store, address, {
        slots: args.jobs ?? availableParallelism(),
        lease: args.lease,
        onEvent: tell,
        signal,
      });
    });
    process.exitCode = exitCodes.interrupted;
  },
};

/** Errors: `input` where none is named and one is needed. */
function storeFolder({ store, lines }: WorkerArguments): string {
  if (store !== undefined) return resolve(store);
  if (lines) return join(cacheDirectory(), 'campaign-worker');
  throw inputError('a worker wants the store of the campaign', { hint: 'Add --store FOLDER.' });
}

/** Null without `--plan`. Errors: `input` for a share that there is not. */
function shareOf({ plan, index, of }: WorkerArguments) {
  if (plan === undefined) return null;
  const number = index ?? Number(process.env.JOB_COMPLETION_INDEX ?? 'NaN');
  if (of === undefined || !(Number.isInteger(number) && number >= 0 && number < of))
    throw inputError('--plan wants a share: --index from 0 on, and below --of', {
      hint: 'For example: --plan ID --index 0 --of 10.',
    });
  return { plan, index: number, of };
}

function lineOf(event: WorkerEvent): string {
  if (event.kind === 'ready') return `ready for jobs of ${event.address} with ${event.toolchains.join(', ')}`;
  if (event.kind === 'away') return `the queue does not answer: ${event.reason}`;
  const { key, case: theCase, tree, engine } = event.job;
  const name = `${key.slice(0, 12)} (${theCase.name}, ${tree.spec}, ${engine})`;
  if (event.kind === 'taken') return `begins ${name}`;
  if (event.kind === 'given back') return `gives back ${name}`;
  const { end } = event;
  if (end.kind === 'failed') return `failed ${name}: ${end.reason}`;
  const { result } = end;
  return `ended ${name}: ${result.kind === 'run' ? result.verdict.kind : result.reason}`;
}
