import yargs from 'yargs';
import { MillraceError } from '../base/index.js';
import { addCommands } from './commands.js';
import { exitCodeOf, printError } from './errors.js';
import { version } from './version.js';

/** Parses `args` and runs the command; resolves to the exit code, errors printed. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  const parser = yargs([...args])
    .scriptName('millrace')
    .usage(
      '$0 COMMAND\n\nReproduces a Linux kernel data race without the hardware, and shows that a fix ends it.',
    )
    .version(version())
    .strict()
    .demandCommand(1, 'Name a command.')
    .recommendCommands()
    .completion('completion', 'Print a completion script for bash or zsh')
    .help()
    .alias('help', 'h')
    .wrap(Math.min(100, process.stdout.columns ?? 80))
    .exitProcess(false)
    .fail((message, error) => {
      if (error) throw error;
      throw new MillraceError('input', message, {
        hint: 'See `millrace --help`, or `millrace COMMAND --help`.',
      });
    });
  try {
    await addCommands(parser).parseAsync();
    return Number(process.exitCode ?? 0);
  } catch (error) {
    printError(error);
    return exitCodeOf(error);
  }
}
