// Progress on standard error: a spinner on a terminal, plain lines elsewhere.
import ora from 'ora';
import prettyMilliseconds from 'pretty-ms';
import type { Progress } from '../base/index.js';

export function terminalProgress(quiet = false): Progress {
  return {
    async step(title, work) {
      const spinner = ora({
        text: title,
        isSilent: quiet,
        stream: process.stderr,
        discardStdin: false,
      }).start();
      const started = performance.now();
      let last = '';
      try {
        const value = await work((message, fraction) => {
          last = message;
          const percent = fraction === undefined ? '' : ` ${Math.floor(fraction * 100)} %`;
          const room = (process.stderr.columns ?? 80) - 4;
          if (spinner.isSpinning) spinner.text = `${title}:${percent} ${message}`.slice(0, room);
        });
        const time = prettyMilliseconds(performance.now() - started);
        spinner.succeed(`${title}${last ? `: ${last}` : ''} (${time})`);
        return value;
      } catch (error) {
        spinner.fail(title);
        throw error;
      }
    },
    note(message) {
      if (!quiet) process.stderr.write(`${message}\n`);
    },
  };
}
