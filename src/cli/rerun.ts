// `millrace rerun`: a run done again from its record, and what differs.
import type { CommandModule } from 'yargs';
import { displayPath, inputError, safeJson } from '../base/index.js';
import { readRun } from '../record/index.js';
import { printable, wrapLines } from '../render/terminal/index.js';
import { rerun } from '../run/index.js';
import { openTree } from '../tree/index.js';
import { exitCodeFor } from './errors.js';
import { interruptible } from './interrupt.js';
import { invocation } from './invocation.js';
import { jobsOption, jsonOption, qemuOption, quietOption, recordedRun } from './options.js';
import { terminalProgress } from './progress.js';
import { outputColumns } from './terminal.js';

interface RerunArguments {
  run: string;
  tree: string | undefined;
  qemu: string | undefined;
  jobs: number | undefined;
  json: boolean;
  quiet: boolean;
}

export const rerunCommand: CommandModule<object, RerunArguments> = {
  builder: (yargs) =>
    recordedRun(yargs)
      .option('tree', {
        type: 'string',
        describe: 'Kernel tree: a path, debian:VERSION, or a tarball; the record’s when not given',
      })
      .option('jobs', jobsOption)
      .option('qemu', qemuOption)
      .option('json', jsonOption('Print the differences as JSON'))
      .option('quiet', quietOption)
      .example('$0 rerun latest', 'The newest run made here')
      .example('$0 rerun ~/mail/20260423T091509Z-tw686x-streamoff', 'A record from another machine')
      .example('$0 rerun latest --tree ~/linux', 'The same on another tree')
      .epilog(
        'Exit: 0 the same findings, 1 other findings, 2 bad input, 3 the environment failed. ' +
          'What a kernel counts varies from run to run and does not matter here.',
      ),
  handler: async ({ run: name, tree: spec, qemu, jobs, json, quiet }) => {
    if (jobs !== undefined && !(Number.isInteger(jobs) && jobs > 0))
      throw inputError('--jobs wants a whole number above 0');
    const progress = terminalProgress(quiet);
    const earlier = await readRun(name, process.cwd());
    const { tree: recorded } = earlier.record;
    const wanted = spec ?? recorded?.spec;
    if (wanted === undefined)
      throw inputError(`the record ${earlier.record.id} names no tree`, {
        hint: 'Name one with --tree.',
      });
    const { run, differences } = await interruptible(async (signal) =>
      rerun({
        earlier,
        tree: await openTree(wanted, { signal, progress }),
        ...invocation(),
        qemu,
        jobs,
        progress,
        signal,
      }),
    );
    const { sameFindings, setup, findings, counts } = differences;
    process.stdout.write(
      json
        ? `${safeJson({ earlier: earlier.record.id, run: run.record.id, ...differences }, 2)}\n`
        : `${[
            `${printable(earlier.record.id)} again: ${sameFindings ? 'the same findings' : 'other findings'}`,
            ...section('Findings that differ', findings),
            ...section('Set-up that differs', setup),
            ...section('Figures that differ', counts),
            '',
            `Record: ${printable(displayPath(run.directory))}`,
          ].join('\n')}\n`,
    );
    process.exitCode = exitCodeFor(sameFindings ? 'as-expected' : 'not-as-expected');
  },
};

function section(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const text = lines.flatMap((line) =>
    wrapLines(printable(`- ${line}`), outputColumns(), { first: 2, rest: 4 }),
  );
  return ['', title, ...text];
}
