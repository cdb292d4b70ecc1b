// `millrace runs`: the records below `.millrace/runs`, newest first.
import type { CommandModule } from 'yargs';
import { safeJson } from '../base/index.js';
import type { RunSummary } from '../page/index.js';
import { printable, tableLines } from '../render/terminal/index.js';
import { hasColour } from './colour.js';
import { jsonOption } from './options.js';
import { summariesOf } from './run-summaries.js';
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
    const runs = await summariesOf(process.cwd());
    if (json) process.stdout.write(`${safeJson({ runs }, 2)}\n`);
    else if (runs.length === 0)
      process.stderr.write('No run was made here yet: `millrace run CASE` makes one.\n');
    else process.stdout.write(`${runsText(runs)}\n`);
  },
};

function runsText(runs: readonly RunSummary[]): string {
  const rows = runs.map((run) => [
    printable(run.id),
    run.engines?.join(', ') ?? '-',
    printable(run.fix ?? '-'),
    printable(run.verdict ?? (run.problem === null ? run.state : `${run.state}: ${run.problem}`)),
  ]);
  const options = { columns: outputColumns(), colour: hasColour(process.stdout) };
  return tableLines(['RUN', 'ENGINES', 'FIX', 'RESULT'], rows, options).join('\n');
}
