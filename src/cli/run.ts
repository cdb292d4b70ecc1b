// `millrace run`: a case against a tree, with a fix or without, to a verdict, on either engine.

import type { CommandModule } from 'yargs';
import { inputError, MillraceError, type Outcome, type Progress, safeJson } from '../base/index.js';
import { type Case, type CaseFix, findCase, loadCase } from '../case/index.js';
import { evidenceOf } from '../evidence/index.js';
import { strategyNames } from '../model/explore/index.js';
import type { Run } from '../record/index.js';
import { renderResult, renderTreesResult } from '../render/terminal/index.js';
import { type EngineChoice, fetchFix, runCase, runTrees, type TreeOutcome } from '../run/index.js';
import { defaultTreeSpec, openTree } from '../tree/index.js';
import { withTexts } from '../words/index.js';
import { printBoundary } from './boundary.js';
import { hasColour } from './colour.js';
import { ciNames, exitCodeFor, printError } from './errors.js';
import { interruptible } from './interrupt.js';
import { invocation } from './invocation.js';
import {
  caseAndTree,
  compilerOption,
  jobsOption,
  jsonOption,
  makeOption,
  qemuOption,
  quietOption,
} from './options.js';
import { terminalProgress } from './progress.js';
import { modelOptions, type RunArguments, refuseExploring, refuseOtherEngine } from './run-options.js';
import { filterOf } from './test-filter.js';
import { workersOf } from './workers.js';

/** As the command line has them: which engine may depend on the case. */
type GivenArguments = Omit<RunArguments, 'engine'> & { engine: RunArguments['engine'] | undefined };

export const runCommand: CommandModule<object, GivenArguments> = {
  builder: (yargs) =>
    caseAndTree(yargs)
      .option('trees', {
        type: 'string',
        describe:
          'Several trees with commas (5.10,6.1,~/linux): which have the bug, and whether the fix applies',
      })
      .option('engine', {
        choices: ['model', 'kernel', 'both'] as const,
        describe:
          'model (the default): every interleaving, in seconds; kernel: a real kernel in QEMU, the default for a case ' +
          'with a device; both: one verdict',
      })
      .option('fix', {
        type: 'string',
        describe: 'A fix of the case by name, a patch file, a mail, or a message id; several side by side',
      })
      .option('test', { type: 'string', describe: 'One test of the case, by name' })
      .option('filter', { type: 'string', describe: 'Tests to run (kunit.filter_glob)' })
      .option('json', jsonOption('Print the record as JSON'))
      .option('ci', {
        choices: ciNames,
        describe: 'Exit as a CI wants it: nipa: 0 pass, 1 fail, 4 skip, 5 warn',
      })
      .option('quiet', quietOption)
      .option('strategy', {
        choices: strategyNames,
        describe: 'dpor (the default): all inequivalent interleavings',
      })
      .option('seed', { type: 'number', describe: 'For pct, random and KCSAN’s sample' })
      .option('preemptions', { type: 'number', describe: 'For bounded; for pct, the depth less one' })
      .option('max-schedules', {
        type: 'number',
        describe: 'Stop a test after so many; of KCSAN’s sample, executions (default 10,000)',
      })
      .option('max-time', { type: 'number', describe: 'Stop a test after so many seconds' })
      .option('workers', {
        type: 'number',
        describe: 'Threads that explore (default 1); the result is that of one',
      })
      .option('max-memory', { type: 'number', describe: 'MiB that the program may use' })
      .option('max-steps', { type: 'number', describe: 'Operations of one context in one execution' })
      .option('compiler', compilerOption)
      .option('detector', {
        choices: ['happens-before', 'kcsan', 'both'] as const,
        describe:
          'happens-before (the default): whether there is a race; kcsan: what KCSAN would report of a sample; ' +
          'both: one record, one verdict',
      })
      .option('boundary', {
        type: 'boolean',
        describe: 'List the functions that are left undefined, who supplies and who calls each',
      })
      .option('boots', { type: 'number', describe: 'How often each kernel is booted' })
      .option('seconds', { type: 'number', describe: 'How long each test runs its sides' })
      .option('timeout', { type: 'number', describe: 'Seconds that one boot may take' })
      .option('cpus', { type: 'number', describe: 'Virtual CPUs (QEMU’s -smp)' })
      .option('memory', { type: 'number', describe: 'MiB of guest memory (QEMU’s -m)' })
      .option('make-option', makeOption)
      .option('jobs', jobsOption)
      .option('instrument', {
        choices: ['case', 'all'] as const,
        describe: 'What KCSAN watches: the case’s sources and harness (the default), or the whole kernel',
      })
      .option('lockdep', { type: 'boolean', describe: 'Build with PROVE_LOCKING' })
      .option('qemu', qemuOption)
      .option('directed', {
        type: 'string',
        describe:
          'Play a schedule of the base turn by turn, with points in the sources; auto: for each test, the finding’s ' +
          'with the fewest preemptions. With --engine both, beside the other two',
      })
      .group(['strategy', 'seed', 'preemptions', 'max-schedules', 'max-time', 'workers'], 'Model engine:')
      .group(['max-memory', 'max-steps', 'compiler', 'detector', 'boundary'], 'Model engine:')
      .group(['boots', 'seconds', 'timeout', 'cpus', 'memory', 'make-option'], 'Kernel engine:')
      .group(['jobs', 'instrument', 'lockdep', 'qemu', 'directed'], 'Kernel engine:')
      .check((args) => {
        for (const name of ['boots', 'seconds', 'timeout', 'cpus', 'memory', 'jobs'] as const) {
          const value = args[name];
          if (value !== undefined && !(Number.isInteger(value) && value > 0))
            throw inputError(`--${name} wants a whole number above 0`);
        }
        refuseExploring(args);
        return true;
      })
      .example('$0 run cases/tw686x-streamoff', 'Show the race')
      .example('$0 run cases/tw686x-streamoff --fix hold-lock', 'And that the fix ends it')
      .example('$0 run my-case --fix mine --fix theirs.patch', 'Two fixes side by side')
      .example('$0 run cases/tw686x-streamoff --detector kcsan', 'What KCSAN would say, and how often')
      .example('$0 run cases/tw686x-streamoff --fix hold-lock --engine both', 'Both, and one verdict')
      .example('$0 run my-case --fix hold-lock --trees 5.10,6.1,6.12', 'Which stable trees have it')
      .example('$0 run my-case --engine kernel --directed auto --fix hold-lock', 'One schedule, turn by turn')
      .example('$0 run my-case --tree ~/linux --engine kernel --boots 20', 'On a real kernel of your own')
      .epilog(
        'Exit: 0 as expected, 1 not as expected, 2 bad input, 3 the environment failed, 4 inconclusive: ' +
          'not all was run, or something was cut. The record stays under .millrace/runs; `millrace show latest` prints it again.',
      ),
  handler: (args) => endingForCi(args, () => runWith(args)),
};

/** A run that could not be made is one to skip where a CI has a word for it, and no failure of what it tests. */
async function endingForCi({ ci }: Pick<RunArguments, 'ci'>, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (ci === undefined || !(error instanceof MillraceError) || error.kind !== 'environment') throw error;
    printError(error);
    process.exitCode = exitCodeFor('not-run', ci);
  }
}

/** Errors: those of {@link fetchFix}; `input` for two of one name, and for several where only one can be run. */
async function fixesOf(
  { fix = [], trees, boundary, engine, detector }: RunArguments,
  loaded: Case,
  signal: AbortSignal,
): Promise<{ readonly case: Case; readonly fixes: readonly CaseFix[] }> {
  let theCase = loaded;
  const fixes: CaseFix[] = [];
  for (const name of [fix].flat()) {
    const found = await fetchFix(theCase, name, signal);
    theCase = found.case;
    fixes.push(found.fix);
  }
  const twice = fixes.find(({ name }, index) => fixes.findIndex((one) => one.name === name) !== index);
  if (twice !== undefined)
    throw inputError(`two fixes are called ${twice.name}`, { hint: 'Give each file a name of its own.' });
  if (fixes.length > 1 && (engine !== 'model' || detector !== undefined || trees !== undefined || boundary))
    throw inputError('several fixes are set side by side by the model engine’s exploration', {
      hint: 'Leave --engine, --detector, --trees and --boundary out, or give one --fix.',
    });
  return { case: theCase, fixes };
}

async function runWith(given: GivenArguments): Promise<void> {
  const progress = terminalProgress(given.quiet);
  const loaded = await loadCase(await findCase(given.case));
  const args = withEngine(given, loaded);
  refuseOtherEngine(args.engine, args);
  await interruptible(async (signal) => {
    const { case: theCase, fixes } = await fixesOf(args, loaded, signal);
    const [fix = null, ...otherFixes] = fixes;
    if (args.trees !== undefined) {
      await runOnTrees(args, theCase, fix, progress, signal);
      return;
    }
    const tree = await openTree(args.tree ?? (await defaultTreeSpec()), { signal, progress });
    if (args.boundary) {
      const { options, compiler } = modelRequest(args);
      await printBoundary({ case: theCase, tree, fix, options, compiler, progress, signal }, args.json);
      return;
    }
    const { run, verdict } = await runCase({
      case: theCase,
      tree,
      fix,
      otherFixes,
      engines: engineChoice(args),
      ...invocation(),
      progress,
      signal,
      ...filterOf(args, theCase),
    });
    printResult(run, args);
    process.exitCode = exitCodeFor(verdict.outcome, args.ci);
  });
}

/** Hardware is for a real kernel, where nothing else is asked for. */
function withEngine(args: GivenArguments, { device }: Case): RunArguments {
  return { ...args, engine: args.engine ?? (device === undefined ? 'model' : 'kernel') };
}

/** `--engine`, `--detector` and `--directed` say which take part. */
function engineChoice(args: RunArguments): EngineChoice {
  const { engine, detector = 'happens-before', directed } = args;
  const isModelled = engine !== 'kernel';
  return {
    ...(isModelled && detector !== 'kcsan' ? { model: modelRequest(args) } : {}),
    ...(isModelled && detector !== 'happens-before' ? { kcsan: kcsanRequest(args) } : {}),
    ...(directed === undefined
      ? {}
      : { directed: { ...kernelRequest(args), schedule: directed, compiler: args.compiler } }),
    // A schedule that is played takes the place of chance, unless all engines are asked for.
    ...(engine === 'model' || (engine === 'kernel' && directed !== undefined)
      ? {}
      : { kernel: kernelRequest(args) }),
  };
}

function modelRequest(args: RunArguments) {
  return { options: modelOptions(args), compiler: args.compiler, workers: workersOf(args.workers) };
}

function kcsanRequest(args: RunArguments) {
  const { seed, maxTime, maxMemory, maxSteps } = modelOptions(args);
  const executions = args['max-schedules'];
  return {
    compiler: args.compiler,
    options: {
      seed,
      maxTime,
      maxMemory,
      maxSteps,
      ...(executions === undefined ? {} : { executions: Math.ceil(executions) }),
    },
  };
}

async function runOnTrees(
  args: RunArguments,
  theCase: Case,
  fix: CaseFix | null,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const outcomes = await runTrees({
    case: theCase,
    fix,
    trees: treesOf(args),
    model: modelRequest(args),
    ...invocation(),
    progress,
    signal,
    ...filterOf(args, theCase),
  });
  const columns = Math.min(process.stdout.columns ?? 80, 100);
  process.stdout.write(
    args.json
      ? `${safeJson({ case: theCase.name, fix: fix?.name ?? null, trees: outcomes }, 2)}\n`
      : `${renderTreesResult(theCase.name, fix?.name ?? null, outcomes, { columns, colour: hasColour(process.stdout) })}\n`,
  );
  process.exitCode = exitCodeFor(outcomeOfTrees(outcomes), args.ci);
}

/** As expected when each tree gave an answer, and the fix ends it where it is needed. */
function outcomeOfTrees(outcomes: readonly TreeOutcome[]): Outcome {
  const fails = outcomes.some(
    ({ base, fix }) => fix === 'does not end it' || (base === 'shown' && fix === 'does not apply'),
  );
  if (fails) return 'not-as-expected';
  const isOpen = outcomes.some(({ base, fix }) => base === 'open' || base === 'not run' || fix === 'open');
  return isOpen ? 'inconclusive' : 'as-expected';
}

/** A bare version is Debian's. Errors: `input` for none, and beside options that mean one tree or another engine. */
function treesOf({ trees = '', tree, engine, detector, boundary }: RunArguments): string[] {
  if (tree !== undefined) throw inputError('--tree and --trees say the same thing: give one of them');
  if (engine !== 'model' || detector !== undefined || boundary)
    throw inputError('--trees explores with the model engine', {
      hint: 'Leave --engine, --detector and --boundary out, or give one --tree.',
    });
  const names = trees.split(',').map((name) => name.trim());
  if (names.some((name) => name === ''))
    throw inputError('--trees wants trees with commas between them', {
      hint: 'For example: --trees 6.1,6.12.',
    });
  return names.map((name) => (/^\d+\.\d+(\.\d+)?$/.test(name) ? `debian:${name}` : name));
}

function printResult(run: Run, { json }: RunArguments): void {
  const columns = Math.min(process.stdout.columns ?? 80, 100);
  process.stdout.write(
    json
      ? `${safeJson(withTexts(run.record), 2)}\n`
      : `${renderResult(evidenceOf(run.record), { columns, colour: hasColour(process.stdout) })}\n`,
  );
}

function kernelRequest(args: RunArguments) {
  return {
    settings: definedSettings(args),
    instrument: args.instrument ?? ('case' as const),
    lockdep: args.lockdep ?? false,
    ...(args.jobs === undefined ? {} : { jobs: args.jobs }),
    ...(args.qemu === undefined ? {} : { qemu: args.qemu }),
  };
}

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
    makeOptions: makeOptions ?? [],
  };
}
