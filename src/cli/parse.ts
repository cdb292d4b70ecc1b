// `millrace parse`: any console log to races, test results and other troubles, as text or JSON, in constant memory.
import type { CommandModule } from 'yargs';
import { type ConsoleEvent, createSymbolizer, type Symbolizer } from '../report/index.js';
import { hasColour } from './colour.js';
import { interruptible } from './interrupt.js';
import { eventsIn } from './logs.js';
import { OutputClosed, outputTo } from './output.js';
import { createJsonSink } from './parse-json.js';
import { createTextSink } from './parse-text.js';

interface ParseArguments {
  file: string;
  vmlinux: string | undefined;
  json: boolean;
}

export const parseCommand: CommandModule<object, ParseArguments> = {
  builder: (yargs) =>
    yargs
      .positional('file', {
        type: 'string',
        default: '-',
        describe: 'Console log, dmesg output, mail, mbox, maildir or page; - reads standard input',
      })
      .option('vmlinux', {
        type: 'string',
        describe: 'ELF image of the kernel that wrote the log, for file:line and inlined functions',
      })
      .option('json', {
        type: 'boolean',
        default: false,
        describe: 'Print JSON (schemas/parse.schema.json)',
      })
      .example('dmesg | $0 parse', 'The races that this machine’s kernel saw')
      .example('$0 parse console.log --vmlinux vmlinux', 'With source lines')
      .example('$0 parse console.log --json | jq .races', 'For another program'),
  handler: ({ file, vmlinux, json }) =>
    interruptible(async (signal) => {
      const symbolizer = vmlinux === undefined ? null : await createSymbolizer(vmlinux, { signal });
      const output = outputTo(process.stdout);
      const sink = json
        ? createJsonSink(output)
        : createTextSink(output, {
            source: file === '-' ? 'standard input' : file,
            columns: process.stdout.columns ?? 80,
            colour: hasColour(process.stdout),
          });
      try {
        for await (const events of eventsIn(file, signal)) {
          for (const event of await symbolized(events, symbolizer)) await sink.take(event);
        }
        await sink.end();
      } catch (error) {
        // `millrace parse ... | head` has read all that it wanted.
        if (!(error instanceof OutputClosed)) throw error;
      }
      const strangers = symbolizer?.unmatched() ?? 0;
      if (strangers > 0)
        process.stderr.write(
          `note: ${strangers} stack frames fit no function of ${vmlinux}: is it the image of this kernel?\n`,
        );
    }),
};

async function symbolized(
  events: readonly ConsoleEvent[],
  symbolizer: Symbolizer | null,
): Promise<readonly ConsoleEvent[]> {
  if (symbolizer === null) return events;
  const reports = events.flatMap((event) => ('report' in event ? [event.report] : []));
  const better = (await symbolizer.symbolize(reports)).values();
  return events.map((event) => {
    if (!('report' in event)) return event;
    const next = better.next();
    return next.done ? event : ({ ...event, report: next.value } as ConsoleEvent);
  });
}
