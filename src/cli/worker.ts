// `millrace worker`: does the jobs of campaigns that come through a queue.
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { inputError, printable } from '../base/index.js';
import { Store, type WorkerEvent, work } from '../campaign/index.js';
import { interruptible } from './interrupt.js';
import { quietOption } from './options.js';
import { authorityOption, checkCounts, type QueueArguments, queueOf, queueOption } from './queue-options.js';

interface WorkerArguments extends QueueArguments {
  store: string;
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
        demandOption: true,
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
      .option('quiet', quietOption)
      .check((args) => {
        checkCounts({ ...args }, 'jobs', 'lease');
        return true;
      })
      .example('$0 worker --queue redis://queue:6379 --store /mnt/campaign', 'On each machine')
      .example('MILLRACE_QUEUE=rediss://:PASSWORD@queue:6380 $0 worker --store /mnt/campaign', '')
      .epilog(
        'It runs until it is stopped (Ctrl-C, SIGTERM), and gives back what it has begun. ' +
          'Exit: 130 stopped, 2 bad input, 3 the environment failed.',
      ),
  handler: async (args) => {
    const address = queueOf(args);
    if (address === undefined)
      throw inputError('a worker wants a queue', { hint: 'Add --queue redis://HOST:6379.' });
    const store = new Store(resolve(args.store));
    await store.prepare();
    const tell = (event: WorkerEvent) => {
      if (!args.quiet) process.stderr.write(`${new Date().toISOString()} ${printable(lineOf(event))}\n`);
    };
    await interruptible(async (signal) => {
      await work(store, address, {
        slots: args.jobs ?? availableParallelism(),
        lease: args.lease,
        onEvent: tell,
        signal,
      });
    });
    process.exitCode = 130;
  },
};

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
