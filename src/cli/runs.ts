// `millrace runs`: the records below `.millrace/runs`, newest first.
import { basename } from 'node:path';
import type { CommandModule } from 'yargs';
import { displayPath } from '../base/index.js';
import { evidenceOf } from '../evidence/index.js';
import { type ListedRun, listRuns, stateOf } from '../record/index.js';
import { printable, tableLines } from '../render/terminal/index.js';
import { hasColour } from './colour.js';
import { jsonOption } from './options.js';
import { outputColumns } from './terminal.js';

interface RunsArguments {
  json: boolean;
}

export const runsCommand: CommandModule<object, RunsArguments> = {
  builder: (yargs) =>
    yargs
      .option('json', jsonOption())
      .example('$0 runs', 'What was run here, and what it showed')
      .example("$0 runs --json | jq -r '.runs[] | select(.verdict == null) | .id'", 'Runs without a verdict'),
  handler: async ({ json }) => {
    const runs = (await listRuns(process.cwd())).map(summaryOf);
    if (json) process.stdout.write(`${JSON.stringify({ runs }, null, 2)}\n`);
    else if (runs.length === 0)
      process.stderr.write('No run was made here yet: `millrace run CASE` makes one.\n');
    else process.stdout.write(`${runsText(runs)}\n`);
  },
};

interface RunSummary {
  readonly id: string;
  readonly directory: string;
  /** `unreadable` with the reason in `problem`, else the run's state. */
  readonly state: string;
  readonly case: string | null;
  readonly engine: string | null;
  /** Of the model engine. */
  readonly detector: string | null;
  readonly tree: string | null;
  readonly fix: string | null;
  readonly started: string | null;
  readonly verdict: string | null;
  readonly problem: string | null;
}

function summaryOf(run: ListedRun): RunSummary {
  const directory = displayPath(run.directory);
  if ('problem' in run) {
    const nothing = {
      case: null,
      engine: null,
      detector: null,
      tree: null,
      fix: null,
      started: null,
      verdict: null,
    };
    return {
      id: basename(run.directory),
      directory,
      state: 'unreadable',
      ...nothing,
      problem: run.problem.message,
    };
  }
  const { id, engine, started, tree, fix, verdict, model, kcsan, error } = run.record;
  const isJudged = verdict !== null || model?.verdict != null || kcsan?.verdict != null;
  return {
    id,
    directory,
    state: stateOf(run.record),
    case: run.record.case.name,
    engine,
    detector: engine === 'kernel' ? null : run.record.detector,
    tree: tree?.spec ?? null,
    fix: fix?.name ?? null,
    started,
    verdict: isJudged ? evidenceOf(run.record).verdict.kind : null,
    problem: error?.message ?? null,
  };
}

function runsText(runs: readonly RunSummary[]): string {
  const rows = runs.map((run) => [
    printable(run.id),
    engineText(run),
    printable(run.fix ?? '-'),
    printable(run.verdict ?? (run.problem === null ? run.state : `${run.state}: ${run.problem}`)),
  ]);
  const options = { columns: outputColumns(), colour: hasColour(process.stdout) };
  return tableLines(['RUN', 'ENGINE', 'FIX', 'RESULT'], rows, options).join('\n');
}

function engineText({ engine, detector }: RunSummary): string {
  if (engine === null) return '-';
  return detector === 'kcsan' || detector === 'both' ? `${engine}, kcsan` : engine;
}
