// `millrace ui`: the runs of this directory as pages of a browser on this machine.
import { fileURLToPath } from 'node:url';
import type { CommandModule } from 'yargs';
import { readRun } from '../record/index.js';
import { startUi } from '../ui/index.js';
import { interruptible } from './interrupt.js';
import { summariesOf } from './run-summaries.js';

interface UiArguments {
  run: string | undefined;
  port: number;
}

export const uiCommand: CommandModule<object, UiArguments> = {
  builder: (yargs) =>
    yargs
      .positional('run', { type: 'string', describe: '`latest`, an id, or the folder of a record' })
      .option('port', { type: 'number', default: 0, describe: 'Where to listen; a free port when 0' })
      .example('$0 ui', 'All runs of this directory; new ones appear as they are made')
      .example('$0 ui latest', 'The newest run')
      .epilog('Listens on 127.0.0.1 alone; the address that it prints holds a token that nobody else has.'),
  handler: async ({ run, port }) => {
    const workingDirectory = process.cwd();
    const opened = run === undefined ? null : (await readRun(run, workingDirectory)).record.id;
    await interruptible(async (signal) => {
      const { address, closed } = await startUi({
        workingDirectory,
        program: [process.execPath, fileURLToPath(new URL('./main.js', import.meta.url))],
        summaries: () => summariesOf(workingDirectory),
        port,
        signal,
      });
      process.stdout.write(`${address}${opened === null ? '' : `runs/${encodeURIComponent(opened)}`}\n`);
      process.stderr.write('Ctrl-C ends it.\n');
      await closed;
    });
  },
};
