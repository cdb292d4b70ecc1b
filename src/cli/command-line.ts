import yargs from 'yargs';
import { MillraceError } from '../base/index.js';
import { addCommands } from './commands.js';
import { completeRuns, fishScript, wantsFish } from './completion.js';
import { exitCodeOf, printError } from './errors.js';
import { version } from './version.js';

/** Parses `args` and runs the command; resolves to the exit code, errors printed. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  try {
    return await run(args);
  } catch (error) {
    printError(error);
    return exitCodeOf(error);
  }
}

async function run(args: readonly string[]): Promise<number> {
  if (wantsFish(args, process.env.SHELL)) {
    process.stdout.write(fishScript);
    return 0;
  }
  const parser = yargs(compilerStyle(args))
    .scriptName('millrace')
    .usage(
      '$0 COMMAND\n\nReproduces a Linux kernel data race without the hardware, and shows that a fix ends it.',
    )
    .version(version())
    .strict()
    .demandCommand(1, 'Name a command.')
    .recommendCommands()
    .completion('completion', 'Print a completion script for bash, zsh or fish', completeRuns)
    .help()
    .alias('help', 'h')
    .wrap(Math.min(100, process.stdout.columns ?? 80))
    .exitProcess(false)
    .middleware(refuseRepeated, true)
    .fail((message, error) => {
      if (error) throw error;
      throw new MillraceError('input', message, {
        hint: 'See `millrace --help`, or `millrace COMMAND --help`.',
      });
    });
  await (await addCommands(parser, args)).parseAsync();
  return Number(process.exitCode ?? 0);
}

/** For `check`, what compilers take in one word (`-DN=3`, `-Iinclude`, `-std=c11`), as yargs takes it. */
function compilerStyle(args: readonly string[]): string[] {
  if (args[0] !== 'check') return [...args];
  return args.flatMap((arg) => {
    const joined = /^-([DI])(.+)$/.exec(arg);
    if (joined !== null) return [`-${joined[1]}`, joined[2] ?? ''];
    return [arg.replace(/^-std=/, '--std=')];
  });
}

/** Options that may come more than once. */
const lists = new Set(['_', 'files', 'make-option', 'define', 'include', 'cflags', 'source']);

/** The same of one command alone. */
const ownLists: Readonly<Record<string, readonly string[]>> = { run: ['fix'] };

/** yargs makes a list of an option that is given twice, and a list is no name of anything. */
function refuseRepeated(args: Readonly<Record<string, unknown>>): void {
  const own = ownLists[String([args._].flat()[0])] ?? [];
  for (const [name, value] of Object.entries(args)) {
    const kebab = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    if (Array.isArray(value) && !lists.has(kebab) && !own.includes(kebab) && name.length > 1)
      throw new MillraceError('input', `--${kebab} is given more than once`, { hint: 'Give it once.' });
  }
}
