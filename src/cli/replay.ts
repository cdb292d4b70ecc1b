// `millrace replay CASE SCHEDULE`: one interleaving again, step by step.
import type { CommandModule } from 'yargs';
import { inputError, printableText, safeJson } from '../base/index.js';
import { findCase, loadCase } from '../case/index.js';
import { parseCaseSchedule } from '../model/index.js';
import { replayFindings, replayTable } from '../render/execution/index.js';
import { printable, wrapLines } from '../render/terminal/index.js';
import { formatRaceReport } from '../report/index.js';
import { fetchFix, replayCase } from '../run/index.js';
import { defaultTreeSpec, openTree } from '../tree/index.js';
import { interruptible } from './interrupt.js';
import { caseAndTree, compilerOption, jsonOption, quietOption } from './options.js';
import { terminalProgress } from './progress.js';
import { modelOptions } from './run-options.js';
import { outputColumns } from './terminal.js';

interface ReplayArguments {
  case: string;
  schedule: string;
  tree: string | undefined;
  fix: string | undefined;
  test: string | undefined;
  compiler: 'native' | 'packaged' | undefined;
  'max-memory': number | undefined;
  'max-steps': number | undefined;
  json: boolean;
  quiet: boolean;
}

export const replayCommand: CommandModule<object, ReplayArguments> = {
  builder: (yargs) =>
    caseAndTree(yargs)
      .positional('schedule', {
        type: 'string',
        demandOption: true,
        describe: 'As `millrace run` prints it with a finding',
      })
      .option('fix', { type: 'string', describe: 'The patch file, if the schedule is of a fix of your own' })
      .option('test', { type: 'string', describe: 'The test; the schedule names it' })
      .option('compiler', compilerOption)
      .option('max-memory', { type: 'number', describe: 'MiB that the program may use, as in the run' })
      .option('max-steps', { type: 'number', describe: 'Operations in one execution, as in the run' })
      .option('json', jsonOption())
      .option('quiet', quietOption)
      .example('$0 replay cases/tw686x-streamoff SCHEDULE', 'A column a CPU, a row a step')
      .example('$0 replay my-case a_vs_b:base:d153.ae96:k1-468c2fa4-d09d-1.73', 'Execution 73 of a sample')
      .epilog('Exit: 0 replayed, 2 the schedule is of other code, 3 the environment failed.'),
  handler: async (args) => {
    const progress = terminalProgress(args.quiet);
    const theCase = await loadCase(await findCase(args.case));
    const parsed = parseCaseSchedule(args.schedule);
    const test = args.test ?? parsed.test;
    if (!theCase.tests.some(({ name }) => name === test))
      throw inputError(`the case ${theCase.name} has no test ${test}`, {
        hint: `It has: ${theCase.tests.map(({ name }) => name).join(', ')}.`,
      });
    const fixName = args.fix ?? (parsed.origin.fix === 'base' ? undefined : parsed.origin.fix);
    await interruptible(async (signal) => {
      const fix = fixName === undefined ? null : (await fetchFix(theCase, fixName, signal)).fix;
      const tree = await openTree(args.tree ?? (await defaultTreeSpec()), { signal, progress });
      const replay = await replayCase({
        case: theCase,
        tree,
        fix,
        compiler: args.compiler,
        schedule: { ...parsed, test },
        options: modelOptions(args),
        progress,
        signal,
      });
      for (const difference of replay.differences)
        progress.note(`Other than where the schedule was found: ${difference}.`);
      const reports = replay.reports.flatMap((report) => [
        printableText(formatRaceReport(report).trimEnd()),
        '',
      ]);
      const findings = replayFindings(replay).flatMap((text) =>
        wrapLines(printable(`=> ${text}`), outputColumns(), { first: 0, rest: 3 }),
      );
      process.stdout.write(
        args.json
          ? `${safeJson({ table: replayTable(replay, outputColumns()), ...replay }, 2)}\n`
          : `${[printableText(replayTable(replay, outputColumns())), '', ...reports, ...findings].join('\n')}\n`,
      );
    });
  },
};
