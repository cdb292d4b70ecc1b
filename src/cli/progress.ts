// Progress on standard error: a spinner on a terminal, plain lines elsewhere.
import ora from 'ora';
import prettyMilliseconds from 'pretty-ms';
import { type Progress, printable, printableText } from '../base/index.js';
import { coloursFor } from './colour.js';

/** Milliseconds between the lines that long work writes where there is no terminal to write over one. */
const lineInterval = 5000;

export function terminalProgress(quiet = false): Progress {
  // ora's own symbols are coloured even where standard error is no terminal.
  const { green, red } = coloursFor(process.stderr);
  return {
    async step(named, work) {
      const title = printable(named);
      const spinner = ora({
        text: title,
        isSilent: quiet,
        stream: process.stderr,
        discardStdin: false,
        // A terminal that has no width would be cleared line by line without end.
        ...(process.stderr.columns === 0 ? { isEnabled: false } : {}),
      }).start();
      const started = performance.now();
      let last = '';
      let written = started;
      try {
        const value = await work((message, fraction) => {
          last = printable(message);
          const percent = fraction === undefined ? '' : ` ${Math.floor(fraction * 100)} %`;
          const room = (process.stderr.columns || 80) - 4;
          const text = `${title}:${percent} ${last}`;
          if (spinner.isSpinning) spinner.text = text.slice(0, room);
          else if (!quiet && performance.now() - written > lineInterval) {
            written = performance.now();
            process.stderr.write(`  ${text}\n`);
          }
        });
        const time = prettyMilliseconds(performance.now() - started);
        spinner.stopAndPersist({
          symbol: green('✔'),
          text: `${title}${last ? `: ${last}` : ''} (${time})`,
        });
        return value;
      } catch (error) {
        spinner.stopAndPersist({ symbol: red('✖'), text: title });
        throw error;
      }
    },
    note(message) {
      if (!quiet) process.stderr.write(`${printableText(message)}\n`);
    },
  };
}
