// `millrace campaign`: a matrix of cases, trees, engines, configurations, fixes and boots.
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { displayPath, inputError, safeJson, writeResult } from '../base/index.js';
import {
  type Executor,
  Journal,
  kubernetesManifest,
  type LoadedCampaign,
  loadCampaign,
  localPool,
  outcomeOfCampaign,
  type Plan,
  planCampaign,
  queueExecutor,
  runCampaign,
  Store,
  sshExecutor,
  viewOfCampaign,
} from '../campaign/index.js';
import { renderCampaign, renderCampaignPage } from '../render/campaign/index.js';
import { hasColour } from './colour.js';
import { exitCodeFor } from './errors.js';
import { interruptible } from './interrupt.js';
import { jsonOption, quietOption } from './options.js';
import { terminalProgress } from './progress.js';
import { authorityOption, checkCounts, type QueueArguments, queueOf, queueOption } from './queue-options.js';
import { version } from './version.js';

interface CampaignArguments extends QueueArguments {
  file: string;
  resume: boolean;
  jobs: number | undefined;
  store: string | undefined;
  'in-flight': number;
  'share-trees': boolean;
  hosts: string | undefined;
  ssh: string;
  'remote-millrace': string;
  as: 'kubernetes' | undefined;
  image: string;
  claim: string;
  pods: number;
  page: string | undefined;
  json: boolean;
  quiet: boolean;
}

export const campaignCommand: CommandModule<object, CampaignArguments> = {
  builder: (yargs) =>
    yargs
      .positional('file', { type: 'string', demandOption: true, describe: 'The campaign, a YAML file' })
      .option('resume', {
        type: 'boolean',
        default: false,
        describe: 'Go on with the campaign of this file as it was planned',
      })
      .option('jobs', {
        type: 'number',
        alias: 'j',
        describe: 'Jobs at a time (default: as many as processors)',
      })
      .option('store', {
        type: 'string',
        describe: 'Folder for results and records (default .millrace/campaigns)',
      })
      .option('queue', queueOption)
      .option('ca', authorityOption)
      .option('in-flight', {
        type: 'number',
        default: 200,
        describe: 'With --queue: jobs in the queue at a time',
      })
      .option('share-trees', {
        type: 'boolean',
        default: false,
        describe: 'With --queue: put every tree into the store, also those that workers could fetch',
      })
      .option('hosts', { type: 'string', describe: 'Do the jobs over ssh on these, with commas between' })
      .option('ssh', {
        type: 'string',
        default: 'ssh -o BatchMode=yes -o ServerAliveInterval=10 -o ServerAliveCountMax=3',
        describe: 'With --hosts: what connects',
      })
      .option('remote-millrace', {
        type: 'string',
        default: 'millrace',
        describe: 'With --hosts: what Millrace is called there',
      })
      .option('as', {
        choices: ['kubernetes'] as const,
        describe: 'Run nothing: put all of it into the store, and print the manifest of an indexed Job',
      })
      .option('image', {
        type: 'string',
        default: 'millrace',
        describe: 'For Kubernetes: the container’s image, with this very build',
      })
      .option('claim', {
        type: 'string',
        default: 'millrace-store',
        describe: 'For Kubernetes: the PersistentVolumeClaim of the store',
      })
      .option('pods', {
        type: 'number',
        default: 100,
        describe: 'For Kubernetes: pods, which share the jobs; --jobs of them at a time',
      })
      .option('page', { type: 'string', alias: 'o', describe: 'A file for the result as a web page' })
      .option('json', jsonOption('Print the result as JSON'))
      .option('quiet', quietOption)
      .group(['queue', 'ca', 'in-flight', 'share-trees'], 'Many machines:')
      .group(['hosts', 'ssh', 'remote-millrace'], 'Many machines:')
      .group(['as', 'image', 'claim', 'pods'], 'Many machines:')
      .check((args) => {
        checkCounts({ ...args }, 'jobs', 'in-flight', 'pods');
        return true;
      })
      .example('$0 campaign stable.yaml', 'All of it; what has a result already is not run again')
      .example('$0 campaign stable.yaml --resume', 'Go on after an interruption, with the same plan')
      .example('$0 campaign stable.yaml --queue redis://queue:6379 --store /mnt/campaign', 'With workers')
      .example('$0 campaign stable.yaml --hosts alpha,beta', 'Over ssh')
      .example('$0 campaign stable.yaml --page stable.html', 'The matrix as a web page too')
      .epilog(
        'FILE has, for example: version: 1, cases: [tw686x-streamoff], trees: [debian:6.1, debian:6.12]; ' +
          'docs/campaigns.md has it all. Exit: 0 all as expected, 1 not as expected, 2 bad input, 3 nothing ran, ' +
          '4 inconclusive: something was cut, does not fit or failed. 130: interrupted; --resume goes on.',
      ),
  handler: async (args) => {
    const progress = terminalProgress(args.quiet);
    const home = resolve('.millrace', 'campaigns');
    await interruptible(async (signal) => {
      const loaded = await loadCampaign(args.file);
      const planned = args.resume
        ? null
        : await planCampaign(loaded, { version: version(), progress, signal });
      const store = new Store(args.store === undefined ? home : resolve(args.store));
      await store.prepare();
      const journal = new Journal(join(home, 'journal.db'));
      try {
        const plan = planned ?? planOf(journal, loaded);
        journal.begin(loaded.path, plan);
        if (args.as === 'kubernetes') {
          const { image, claim, pods, jobs: parallel = pods } = args;
          process.stdout.write(
            await kubernetesManifest(store, plan, { image, claim, pods, parallel, signal }),
          );
          return;
        }
        const status = await withExecutor(args, store, signal, (executor) =>
          runCampaign({ plan, journal, store, executor, progress, signal }),
        );
        await print(args, viewOfCampaign(status, store));
        process.exitCode = exitCodeFor(outcomeOfCampaign(status));
      } finally {
        journal.close();
      }
    });
  },
};

/** Workers behind a queue where one is named, else processes of this machine. */
async function withExecutor<T>(
  args: CampaignArguments,
  store: Store,
  signal: AbortSignal,
  use: (executor: Executor) => Promise<T>,
): Promise<T> {
  const address = queueOf(args);
  if (args.hosts !== undefined) {
    if (args.queue !== undefined)
      throw inputError('--hosts and --queue are two ways to the same: give one of them');
    const words = (text: string, between: RegExp) => text.split(between).filter((word) => word !== '');
    const executor = sshExecutor(store, {
      hosts: words(args.hosts, /[\s,]+/),
      perHost: args.jobs ?? 1,
      ssh: words(args.ssh, /\s+/),
      millrace: args['remote-millrace'],
    });
    try {
      return await use(executor);
    } finally {
      executor.close();
    }
  }
  if (address === undefined) return await use(localPool(store, args.jobs ?? availableParallelism()));
  if (args.store === undefined)
    throw inputError('--queue wants a store that the workers share', { hint: 'Add --store FOLDER.' });
  const executor = await queueExecutor(store, address, {
    slots: args['in-flight'],
    shareTrees: args['share-trees'],
    signal,
  });
  try {
    return await use(executor);
  } finally {
    await executor.close();
  }
}

/** The plan as it was made: what has changed since is said of the jobs that it touches. */
function planOf(journal: Journal, { path }: LoadedCampaign): Plan {
  const entry = journal.lastOf(path);
  if (entry !== null) return entry.plan;
  throw inputError(`no campaign of ${displayPath(path)} has been begun here`, {
    hint: 'Leave --resume out to begin one.',
  });
}

async function print(args: CampaignArguments, view: ReturnType<typeof viewOfCampaign>): Promise<void> {
  if (args.page !== undefined) await writeResult(resolve(args.page), renderCampaignPage(view, version()));
  const columns = Math.min(process.stdout.columns ?? 80, 160);
  process.stdout.write(
    args.json
      ? `${safeJson(view, 2)}\n`
      : `${renderCampaign(view, { columns, colour: hasColour(process.stdout) })}\n`,
  );
}
