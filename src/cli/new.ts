// `millrace new`: a case from a report of KCSAN, KASAN or lockdep, or from the names of two functions.
import { basename } from 'node:path';
import type { CommandModule } from 'yargs';
import { displayPath, inputError, printableText, safeJson } from '../base/index.js';
import { printable, wrapLines } from '../render/terminal/index.js';
import type { KernelReport, RaceReport } from '../report/index.js';
import {
  hasSides,
  reportFunctions,
  type Scaffold,
  type ScaffoldRequest,
  scaffoldCase,
} from '../scaffold/index.js';
import { defaultTreeSpec, openTree } from '../tree/index.js';
import { interruptible } from './interrupt.js';
import { eventsIn } from './logs.js';
import { quietOption, treeOption } from './options.js';
import { terminalProgress } from './progress.js';

interface NewArguments {
  name: string | undefined;
  'from-report': string | undefined;
  race: string | undefined;
  writer: string | undefined;
  reader: string | undefined;
  source: string[];
  teardown: string | undefined;
  tree: string | undefined;
  output: string;
  compile: boolean;
  json: boolean;
  quiet: boolean;
}

export const newCommand: CommandModule<object, NewArguments> = {
  builder: (yargs) =>
    yargs
      .positional('name', {
        type: 'string',
        describe: 'The case’s folder; made of the functions if not given',
      })
      .option('from-report', {
        type: 'string',
        nargs: 1,
        describe:
          'Log, mail, page or message id with a report of KCSAN, KASAN or lockdep; - reads standard input',
      })
      .option('race', { type: 'string', describe: 'Of several races in the log, the one of this function' })
      .option('writer', { type: 'string', describe: 'Without a report: the function of one side' })
      .option('reader', { type: 'string', describe: 'And that of the other; may be the same' })
      .option('source', {
        type: 'string',
        array: true,
        nargs: 1,
        default: [] as string[],
        describe: 'Their .c files, by path in the tree',
      })
      .option('teardown', {
        type: 'string',
        nargs: 1,
        describe: 'A driver’s .c file: its remove, disconnect, close against all that it sets up',
      })
      .option('tree', treeOption)
      .option('output', {
        type: 'string',
        alias: 'o',
        default: '.',
        describe: 'Folder in which the case’s folder is made',
      })
      .option('compile', {
        type: 'boolean',
        default: true,
        describe: 'Compile the case as the model engine does, and mend it; --no-compile to leave that out',
      })
      .option('json', { type: 'boolean', default: false, describe: 'Print what was made as JSON' })
      .option('quiet', quietOption)
      .check((args) => {
        wantedOf(args);
        return true;
      })
      .example('$0 new --from-report mail.txt --tree debian:6.12', 'From a report in a mail')
      .example('dmesg | $0 new my-race --from-report - --race foo_stop', 'One race of this machine’s log')
      .example(
        '$0 new my-race --writer foo_stop --reader foo_timer --source drivers/foo/foo.c',
        'From review alone',
      )
      .example('$0 new --teardown drivers/input/keyboard/sunkbd.c', 'A driver’s teardown, a test each')
      .epilog(
        'Writes case.yaml, kunitconfig, harness.c and README.md. What could not be inferred is marked TODO. ' +
          'docs/tutorial.md shows the way from a report to a verdict.',
      ),
  handler: (args) =>
    interruptible(async (signal) => {
      const progress = terminalProgress(args.quiet);
      const wanted = wantedOf(args);
      const from: ScaffoldRequest['from'] =
        wanted.kind !== 'report' ? wanted : await reportIn(wanted.file, args.race, signal);
      const tree = await openTree(args.tree ?? (await defaultTreeSpec()), { signal, progress });
      const made = await scaffoldCase({
        tree,
        name: args.name ?? null,
        parent: args.output,
        from,
        compileIn: args.compile ? tree : null,
        progress,
        signal,
      });
      process.stdout.write(args.json ? `${safeJson(made, 2)}\n` : printableText(text(made)));
    }),
};

type Wanted =
  | { readonly kind: 'report'; readonly file: string }
  | Extract<ScaffoldRequest['from'], { kind: 'functions' | 'teardown' }>;

/** Errors: `input` for options that do not go together. */
function wantedOf(args: Partial<NewArguments>): Wanted {
  const { 'from-report': file, writer, reader, teardown, source = [] } = args;
  if (teardown !== undefined) {
    if (file !== undefined || writer !== undefined || reader !== undefined || source.length > 0)
      throw inputError('--teardown takes the functions from the driver', {
        hint: 'Leave --from-report, --writer, --reader and --source out, or --teardown.',
      });
    return { kind: 'teardown', source: teardown };
  }
  if (file !== undefined) {
    if (writer !== undefined || reader !== undefined || source.length > 0)
      throw inputError('--from-report takes the functions and files from the report', {
        hint: 'Leave --writer, --reader and --source out, or --from-report.',
      });
    return { kind: 'report', file };
  }
  if (args.race !== undefined)
    throw inputError('--race chooses among the races of a report: give --from-report');
  if (writer === undefined || reader === undefined || source.length === 0)
    throw inputError('a case is made from a report, or from two functions and their files', {
      hint: 'Give --from-report FILE, or --writer F --reader G --source FILE.',
    });
  return { kind: 'functions', writer, reader, sources: source };
}

/** The report to take: the first with two sides, or the first of the race that `race` names a function of. */
async function reportIn(
  file: string,
  race: string | undefined,
  signal: AbortSignal,
): Promise<Extract<ScaffoldRequest['from'], { kind: 'report' }>> {
  const seen = new Set<string>();
  let oneSided: RaceReport | KernelReport | null = null;
  for await (const events of eventsIn(file, signal))
    for (const event of events) {
      if (event.kind !== 'report' && event.kind !== 'kernel-report') continue;
      const { report } = event;
      const functions = reportFunctions(report);
      const shown = event.kind === 'report' ? functions : functions.slice(0, 2);
      seen.add(shown.map(printable).join(' / '));
      if (race !== undefined && !functions.includes(race)) continue;
      if (hasSides(report)) return { kind: 'report', report };
      oneSided ??= report;
    }
  if (oneSided !== null) return { kind: 'report', report: oneSided };
  const where = file === '-' ? 'standard input' : basename(file);
  if (race !== undefined && seen.size > 0)
    throw inputError(`no report in ${where} is about ${printable(race)}`, {
      hint: `It has: ${[...seen].slice(0, 10).join(', ')}.`,
    });
  throw inputError(`there is no report of the kernel's in ${where}`, {
    hint: 'Give a log or mail with a report of KCSAN, KASAN or lockdep and its stacks.',
  });
}

function text({ name, directory, files, sides, compiles, todos, notes }: Scaffold): string {
  const folder = displayPath(directory);
  const columns = Math.min(process.stdout.columns ?? 80, 100);
  const wrapped = (line: string, first: number) => wrapLines(line, columns, { first, rest: first + 2 });
  const lines = [
    ...wrapped(`Made ${folder}: ${files.join(', ')}`, 0),
    ...sides.flatMap(({ entry, racing, file, context }) => [
      `  ${context.padEnd(7)} ${entry}()${entry === racing ? '' : `, which reaches ${racing}()`}`,
      `          ${file}`,
    ]),
    ...notes.flatMap((note) => wrapped(`note: ${printable(note)}`, 0)),
    ...(compiles === null ? [] : [compiles ? 'It compiles.' : 'It does not compile yet.']),
    todos.length === 0 ? 'No place is left open.' : `${todos.length} left open, marked TODO:`,
    ...todos.flatMap(({ file, line, text: what }) => wrapped(`${file}:${line}: ${printable(what)}`, 2)),
    ...wrapped(`Next: millrace run ${folder === name ? name : folder}; ${folder}/README.md says more.`, 0),
  ];
  return `${lines.join('\n')}\n`;
}
