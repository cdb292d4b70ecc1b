// `millrace run`: a case against a tree, with a fix or without, to a verdict.
import pc from 'picocolors';
import type { CommandModule } from 'yargs';
import { inputError } from '../base/index.js';
import { findCase, loadCase } from '../case/index.js';
import { exitCodeFor } from '../evidence/index.js';
import { renderKernelResult } from '../render/terminal/index.js';
import { findFix, runCase } from '../run/index.js';
import { defaultTreeSpec, openTree } from '../tree/index.js';
import { interruptible } from './interrupt.js';
import { terminalProgress } from './progress.js';
import { version } from './version.js';

interface RunArguments {
  case: string;
  tree: string | undefined;
  engine: 'kernel';
  fix: string | undefined;
  boots: number | undefined;
  seconds: number | undefined;
  timeout: number | undefined;
  cpus: number | undefined;
  memory: number | undefined;
  filter: string | undefined;
  'make-option': string[];
  jobs: number | undefined;
  instrument: 'case' | 'all';
  lockdep: boolean;
  qemu: string | undefined;
  json: boolean;
  quiet: boolean;
}

export const runCommand: CommandModule<object, RunArguments> = {
  command: 'run <case>',
  describe: 'Reproduce a race, and show whether a fix ends it',
  builder: (yargs) =>
    yargs
      .positional('case', {
        type: 'string',
        demandOption: true,
        describe: 'A case’s folder, or a bundled one’s name',
      })
      .option('tree', { type: 'string', describe: 'Kernel tree: a path, debian:VERSION, or a tarball' })
      .option('engine', {
        choices: ['kernel'] as const,
        default: 'kernel' as const,
        describe: 'Which engine runs it',
      })
      .option('fix', { type: 'string', describe: 'A fix of the case by name, or a patch file' })
      .option('boots', { type: 'number', describe: 'How often each kernel is booted' })
      .option('seconds', { type: 'number', describe: 'How long each test runs its sides' })
      .option('timeout', { type: 'number', describe: 'Seconds that one boot may take' })
      .option('cpus', { type: 'number', describe: 'Virtual CPUs (QEMU’s -smp)' })
      .option('memory', { type: 'number', describe: 'MiB of guest memory (QEMU’s -m)' })
      .option('filter', { type: 'string', describe: 'Tests to run (kunit.filter_glob)' })
      .option('make-option', {
        type: 'string',
        array: true,
        nargs: 1,
        default: [] as string[],
        describe: 'As kunit.py --make_options: CC=clang-19',
      })
      .option('jobs', { type: 'number', alias: 'j', describe: 'Compilers at a time' })
      .option('instrument', {
        choices: ['case', 'all'] as const,
        default: 'case' as const,
        describe: 'What KCSAN watches: the case’s sources and harness, or the whole kernel',
      })
      .option('lockdep', { type: 'boolean', default: false, describe: 'Build with PROVE_LOCKING' })
      .option('qemu', { type: 'string', describe: 'QEMU program' })
      .option('json', { type: 'boolean', default: false, describe: 'Print the record as JSON' })
      .option('quiet', { type: 'boolean', alias: 'q', default: false, describe: 'Show no progress' })
      .check((args) => {
        for (const name of ['boots', 'seconds', 'timeout', 'cpus', 'memory', 'jobs'] as const) {
          const value = args[name];
          if (value !== undefined && !(Number.isInteger(value) && value > 0))
            throw inputError(`--${name} wants a whole number above 0`);
        }
        return true;
      })
      .example('$0 run cases/tw686x-streamoff', 'Show the race')
      .example('$0 run cases/tw686x-streamoff --fix hold-lock', 'And that the fix ends it')
      .example('$0 run my-case --tree ~/linux --boots 20', 'On a tree of your own')
      .epilog(
        'Exit: 0 as expected, 1 not as expected, 2 bad input, 3 the environment failed. ' +
          'The record stays under .millrace/runs; `millrace show latest` prints it again.',
      ),
  handler: async (args) => {
    const progress = terminalProgress(args.quiet);
    const theCase = await loadCase(await findCase(args.case));
    const fix = args.fix === undefined ? null : findFix(theCase, args.fix);
    const { run, verdict } = await interruptible(async (signal) => {
      const tree = await openTree(args.tree ?? (await defaultTreeSpec()), { signal, progress });
      return runCase({
        case: theCase,
        tree,
        fix,
        settings: definedSettings(args),
        instrument: args.instrument,
        lockdep: args.lockdep,
        workingDirectory: process.cwd(),
        version: version(),
        command: ['millrace', ...process.argv.slice(2)],
        progress,
        signal,
        ...(args.jobs === undefined ? {} : { jobs: args.jobs }),
        ...(args.filter === undefined ? {} : { filter: args.filter }),
        ...(args.qemu === undefined ? {} : { qemu: args.qemu }),
      });
    });
    process.stdout.write(
      args.json
        ? `${JSON.stringify(run.record, null, 2)}\n`
        : `${renderKernelResult(run.record, { columns: Math.min(process.stdout.columns ?? 80, 100), colour: pc.isColorSupported })}\n`,
    );
    process.exitCode = exitCodeFor(verdict);
  },
};

function definedSettings({
  boots,
  seconds,
  timeout,
  cpus,
  memory,
  'make-option': makeOptions,
}: RunArguments) {
  return {
    ...(boots === undefined ? {} : { boots }),
    ...(seconds === undefined ? {} : { seconds }),
    ...(timeout === undefined ? {} : { timeout }),
    ...(cpus === undefined ? {} : { cpus }),
    ...(memory === undefined ? {} : { memory }),
    makeOptions,
  };
}
