// `millrace bisect`: which commit brought what a case shows, or ended it.
import type { CommandModule } from 'yargs';
import { inputError, type Outcome, safeJson } from '../base/index.js';
import type { BisectResult } from '../bisect/index.js';
import { findCase, loadCase } from '../case/index.js';
import { type Run, readRun, updateRun } from '../record/index.js';
import { renderBisectResult } from '../render/terminal/index.js';
import { bisectCase, type CaseOnCommit } from '../run/index.js';
import { openHistory } from '../tree/index.js';
import { hasColour } from './colour.js';
import { exitCodeFor } from './errors.js';
import { interruptible } from './interrupt.js';
import { invocation } from './invocation.js';
import { casePositional, compilerOption, jsonOption, quietOption } from './options.js';
import { terminalProgress } from './progress.js';
import { modelOptions } from './run-options.js';
import { filterOf } from './test-filter.js';
import { workersOf } from './workers.js';

interface BisectArguments {
  case: string;
  tree: string;
  good: string | undefined;
  bad: string | undefined;
  fixed: boolean;
  test: string | undefined;
  'max-time': number | undefined;
  workers: number | undefined;
  compiler: 'native' | 'packaged' | undefined;
  into: string | undefined;
  json: boolean;
  quiet: boolean;
}

export const bisectCommand: CommandModule<object, BisectArguments> = {
  builder: (yargs) =>
    yargs
      .positional('case', casePositional)
      .option('tree', {
        type: 'string',
        default: '.',
        describe: 'A git clone of the kernel: a checkout or a bare one',
      })
      .option('good', {
        type: 'string',
        describe:
          'A commit without it (default: the one before the sources came); with --fixed, the newest (HEAD)',
      })
      .option('bad', { type: 'string', describe: 'A commit that shows it (default HEAD)' })
      .option('fixed', {
        type: 'boolean',
        default: false,
        describe: 'Find the commit that ended it, behind --bad',
      })
      .option('test', { type: 'string', describe: 'One test of the case, by name' })
      .option('max-time', { type: 'number', describe: 'Stop a test of one commit after so many seconds' })
      .option('workers', { type: 'number', describe: 'Threads that explore (default 1)' })
      .option('compiler', compilerOption)
      .option('into', {
        type: 'string',
        describe:
          'Note the commit that brought it in the record of this run, for its mail and commit message',
      })
      .option('json', jsonOption('Print the result as JSON'))
      .option('quiet', quietOption)
      .example('$0 bisect my-case --tree ~/linux', 'From the commit that added the driver to HEAD')
      .example('$0 bisect my-case --tree ~/linux --good v6.1 --bad v6.12', 'Between two tags')
      .example('$0 bisect my-case --tree ~/linux --into latest', 'With its proof, for `millrace report`')
      .example('$0 bisect my-case --tree ~/linux --fixed --bad v6.1', 'The commit since then that ended it')
      .epilog(
        'Each commit is explored on the model engine; those that change nothing that the case compiles are skipped. ' +
          'The clone is only read. Exit: 0 found, 1 the ends are not as they have to be, 2 bad input, ' +
          '3 the environment failed, 4 inconclusive: commits could not be tested.',
      ),
  handler: async (args) => {
    const progress = terminalProgress(args.quiet);
    const theCase = await loadCase(await findCase(args.case));
    const { good, bad, fixed } = args;
    if (fixed && bad === undefined)
      throw inputError('--fixed wants the commit that still shows it', { hint: 'Add --bad COMMIT.' });
    const noted = args.into === undefined ? null : await runToNote(args.into, theCase.name, fixed);
    await interruptible(async (signal) => {
      const result = await bisectCase({
        case: theCase,
        history: await openHistory(args.tree, signal),
        sought: fixed ? 'ended' : 'introduced',
        newest: (fixed ? good : bad) ?? 'HEAD',
        oldest: (fixed ? bad : good) ?? null,
        model: {
          options: modelOptions({ 'max-time': args['max-time'] }),
          compiler: args.compiler,
          workers: workersOf(args.workers),
        },
        ...invocation(),
        progress,
        signal,
        ...filterOf(args, theCase),
      });
      if (noted !== null) await note(noted, result);
      const columns = Math.min(process.stdout.columns ?? 80, 100);
      process.stdout.write(
        `${args.json ? safeJson(withoutReads(result), 2) : renderBisectResult(result, { columns, colour: hasColour(process.stdout) })}\n`,
      );
      process.exitCode = exitCodeFor(outcomeOf(result));
    });
  },
};

/** Told before anything is tested. Errors: `input` for no run, and one of another case. */
async function runToNote(name: string, caseName: string, fixed: boolean): Promise<Run> {
  if (fixed)
    throw inputError('--into notes the commit that brought it, and --fixed looks for the one that ended it', {
      hint: 'Leave one of them out.',
    });
  const run = await readRun(name, process.cwd());
  if (run.record.case.name !== caseName)
    throw inputError(`the run ${run.record.id} is of the case ${run.record.case.name}, not of ${caseName}`, {
      hint: '`millrace runs` lists the runs with their cases.',
    });
  return run;
}

async function note(run: Run, { outcome, tested }: BisectResult<CaseOnCommit>): Promise<void> {
  if (outcome.kind !== 'found') return;
  const { commit, detail } = outcome.commit;
  await updateRun(run, {
    fixes: {
      commit: commit.short,
      subject: commit.subject,
      bisection: {
        tested: tested.length,
        reason: detail.reason,
        parents: outcome.parents.map(({ commit: parent, state, detail: { reason } }) => ({
          commit: parent.short,
          subject: parent.subject,
          state: state === 'absent' ? 'absent' : 'silent',
          reason,
        })),
      },
    },
  });
}

function outcomeOf({ outcome }: BisectResult<CaseOnCommit>): Outcome {
  if (outcome.kind === 'found') return 'as-expected';
  if (outcome.kind === 'end' && outcome.tested.state !== 'untested') return 'not-as-expected';
  return 'inconclusive';
}

/** Without the hundreds of headers that each test has read. */
function withoutReads(result: BisectResult<CaseOnCommit>): unknown {
  return JSON.parse(JSON.stringify(result, (key, value) => (key === 'reads' ? undefined : value)));
}
