// `millrace campaign`: a matrix of cases, trees, engines, configurations, fixes and boots.
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { displayPath, inputError, safeJson, writeResult } from '../base/index.js';
import {
  Journal,
  type LoadedCampaign,
  loadCampaign,
  localPool,
  outcomeOfCampaign,
  type Plan,
  planCampaign,
  runCampaign,
  Store,
  viewOfCampaign,
} from '../campaign/index.js';
import { renderCampaign, renderCampaignPage } from '../render/campaign/index.js';
import { hasColour } from './colour.js';
import { exitCodeFor } from './errors.js';
import { interruptible } from './interrupt.js';
import { jsonOption, quietOption } from './options.js';
import { terminalProgress } from './progress.js';
import { version } from './version.js';

interface CampaignArguments {
  file: string;
  resume: boolean;
  jobs: number | undefined;
  store: string | undefined;
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
      .option('page', { type: 'string', alias: 'o', describe: 'A file for the result as a web page' })
      .option('json', jsonOption('Print the result as JSON'))
      .option('quiet', quietOption)
      .check(({ jobs }) => {
        if (jobs !== undefined && !(Number.isInteger(jobs) && jobs > 0))
          throw inputError('--jobs wants a whole number above 0');
        return true;
      })
      .example('$0 campaign stable.yaml', 'All of it; what has a result already is not run again')
      .example('$0 campaign stable.yaml --resume', 'Go on after an interruption, with the same plan')
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
        const executor = localPool(store, args.jobs ?? availableParallelism());
        const status = await runCampaign({ plan, journal, store, executor, progress, signal });
        await print(args, viewOfCampaign(status, store));
        process.exitCode = exitCodeFor(outcomeOfCampaign(status));
      } finally {
        journal.close();
      }
    });
  },
};

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
