// `millrace export`: a case as a patch and stock commands, for readers without Millrace.
import type { CommandModule } from 'yargs';
import { displayPath, printable, safeJson } from '../base/index.js';
import { findCase, loadCase } from '../case/index.js';
import { exportCase } from '../export/index.js';
import { directCase } from '../run/index.js';
import { defaultTreeSpec, openTree } from '../tree/index.js';
import { interruptible } from './interrupt.js';
import { caseAndTree, jsonOption, makeOption, quietOption } from './options.js';
import { terminalProgress } from './progress.js';

interface ExportArguments {
  case: string;
  tree: string | undefined;
  output: string;
  directed: string | undefined;
  'make-option': string[];
  json: boolean;
  quiet: boolean;
}

export const exportCommand: CommandModule<object, ExportArguments> = {
  builder: (yargs) =>
    caseAndTree(yargs)
      .option('output', { type: 'string', alias: 'o', demandOption: true, describe: 'Folder to write to' })
      .option('make-option', { ...makeOption, default: [] as string[] })
      .option('directed', {
        type: 'string',
        describe:
          'A second patch with points that play a schedule turn by turn; auto, or a schedule of the base',
      })
      .option('json', jsonOption('Print the paths as JSON'))
      .option('quiet', quietOption)
      .example('$0 export tw686x-streamoff --tree debian:6.12 -o out', 'The founding case')
      .example('$0 export tw686x-streamoff -o out --directed auto', 'And its schedule, turn by turn'),
  handler: async (args) => {
    const progress = terminalProgress(args.quiet);
    const theCase = await loadCase(await findCase(args.case));
    const result = await interruptible(async (signal) => {
      const tree = await openTree(args.tree ?? (await defaultTreeSpec()), { signal, progress });
      const { directed: schedule } = args;
      const directions =
        schedule === undefined
          ? undefined
          : await directCase({ case: theCase, tree, schedule, progress, signal });
      return exportCase({
        case: theCase,
        tree,
        directory: args.output,
        makeOptions: args['make-option'],
        directions,
        signal,
      });
    });
    const points = result.points === null ? [] : [result.points];
    const paths = [result.patch, ...points, result.instructions, ...result.fixes];
    process.stdout.write(
      args.json
        ? `${safeJson(result, 2)}\n`
        : `${paths.map((path) => printable(displayPath(path))).join('\n')}\n`,
    );
  },
};
