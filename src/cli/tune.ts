// `millrace tune`: which settings of KCSAN find a case's race soonest.

import type { CommandModule } from 'yargs';
import { inputError, interruptedError, safeJson, writeResult } from '../base/index.js';
import { findCase, loadCase } from '../case/index.js';
import { defaultKcsanOptions, type TuneGrid } from '../model/index.js';
import { tunePlot } from '../render/svg/index.js';
import { renderTuneResult } from '../render/terminal/index.js';
import { tuneCase } from '../run/index.js';
import { defaultTreeSpec, openTree } from '../tree/index.js';
import { hasColour } from './colour.js';
import { exitCodeOf } from './errors.js';
import { interruptible } from './interrupt.js';
import { caseAndTree, compilerOption, jsonOption, quietOption } from './options.js';
import { terminalProgress } from './progress.js';

interface TuneArguments {
  case: string;
  tree: string | undefined;
  test: string | undefined;
  'skip-watch': string;
  'udelay-task': string;
  'udelay-interrupt': string;
  'interrupt-watcher': 'y' | 'n' | 'both';
  cpus: string;
  executions: number;
  'max-time': number;
  seed: number;
  top: number;
  compiler: 'native' | 'packaged' | undefined;
  svg: string | undefined;
  json: boolean;
  quiet: boolean;
}

export const tuneCommand: CommandModule<object, TuneArguments> = {
  builder: (yargs) =>
    caseAndTree(yargs)
      .option('test', { type: 'string', describe: 'One test of the case, by name' })
      .option('skip-watch', { type: 'string', default: '100,1000,4000', describe: 'Values, with commas' })
      .option('udelay-task', { type: 'string', default: '80,200,400', describe: 'Microseconds' })
      .option('udelay-interrupt', { type: 'string', default: '20,100', describe: 'Microseconds' })
      .option('interrupt-watcher', {
        choices: ['y', 'n', 'both'] as const,
        default: 'both' as const,
        describe: 'CONFIG_KCSAN_INTERRUPT_WATCHER',
      })
      .option('cpus', { type: 'string', default: '1,2,4', describe: 'CPUs that test and sides share' })
      .option('executions', { type: 'number', default: 1000, describe: 'At each point of the grid' })
      .option('max-time', { type: 'number', default: 600, describe: 'Seconds, for the whole grid' })
      .option('seed', { type: 'number', default: 1, describe: 'The same seed gives the same result' })
      .option('top', { type: 'number', default: 10, describe: 'Settings to show of each test' })
      .option('compiler', compilerOption)
      .option('svg', { type: 'string', describe: 'Write a chart to this file; of one test: see --test' })
      .option('json', jsonOption('Print all points as JSON'))
      .option('quiet', quietOption)
      .example('$0 tune cases/tw686x-streamoff', 'The default grid')
      .example('$0 tune my-case --skip-watch 50,500 --cpus 4 --executions 10000', 'A closer look')
      .example('$0 tune my-case --test a_vs_b --svg chances.svg', 'As a chart'),
  handler: async (args) => {
    const progress = terminalProgress(args.quiet);
    const theCase = await loadCase(await findCase(args.case));
    const tests = theCase.tests.map(({ name }) => name);
    const plotted = args.test ?? (tests.length === 1 ? tests[0] : undefined);
    if (args.svg !== undefined && plotted === undefined)
      throw inputError('a chart is of one test: add --test', { hint: `It has: ${tests.join(', ')}.` });
    const grid = gridOf(args);
    await interruptible(async (signal) => {
      const tree = await openTree(args.tree ?? (await defaultTreeSpec()), { signal, progress });
      const result = await tuneCase({
        case: theCase,
        tree,
        grid,
        options: {
          ...defaultKcsanOptions,
          seed: args.seed,
          executions: wholeNumber('executions', args.executions, 1),
          maxTime: args['max-time'],
        },
        compiler: args.compiler,
        progress,
        signal,
        ...(args.test === undefined ? {} : { filter: `${theCase.suite}.${args.test}` }),
      });
      if (args.svg !== undefined) await writeResult(args.svg, tunePlot(result, plotted ?? ''));
      const columns = Math.min(process.stdout.columns ?? 80, 100);
      const options = { columns, colour: hasColour(process.stdout), top: wholeNumber('top', args.top, 1) };
      process.stdout.write(`${args.json ? safeJson(result, 2) : renderTuneResult(result, options)}\n`);
      if (signal.aborted) process.exitCode = exitCodeOf(interruptedError());
    });
  },
};

function gridOf(args: TuneArguments): TuneGrid {
  const watcher = args['interrupt-watcher'];
  return {
    skipWatch: numbersOf('skip-watch', args['skip-watch'], 1),
    udelayTask: numbersOf('udelay-task', args['udelay-task'], 1),
    udelayInterrupt: numbersOf('udelay-interrupt', args['udelay-interrupt'], 1),
    interruptWatcher: watcher === 'both' ? [true, false] : [watcher === 'y'],
    cpus: numbersOf('cpus', args.cpus, 1),
  };
}

function numbersOf(option: string, text: string, least: number): number[] {
  return text.split(',').map((part) => wholeNumber(option, Number(part.trim() || 'none'), least));
}

function wholeNumber(option: string, value: number, least: number): number {
  if (!Number.isInteger(value) || value < least)
    throw inputError(`--${option} wants whole numbers, ${least} or more`);
  return value;
}
