// `millrace report`: a run's record in the form that its reader wants.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { displayPath, inputError, writeResult } from '../base/index.js';
import { evidenceOf } from '../evidence/index.js';
import { findThread, type Mail, mailsIn, messageIdOf, parseMail } from '../mail/index.js';
import { keptMachines, pageAssets } from '../page/index.js';
import { readRun, stateOf } from '../record/index.js';
import { type ReportFormat, renderReport, reportFormats } from '../render/index.js';
import { hasColour } from './colour.js';
import { recordedRun } from './options.js';
import { outputColumns } from './terminal.js';

interface ReportArguments {
  run: string;
  as: ReportFormat;
  output: string | undefined;
  'in-reply-to': string | undefined;
  'reply-to': string | undefined;
  subject: string | undefined;
  origin: string | undefined;
}

export const reportCommand: CommandModule<object, ReportArguments> = {
  builder: (yargs) =>
    recordedRun(yargs)
      .option('as', { choices: reportFormats, demandOption: true, describe: 'The form' })
      .option('output', { type: 'string', alias: 'o', describe: 'A file to write to' })
      .option('in-reply-to', { type: 'string', describe: 'Of a mail: the message id that it answers' })
      .option('reply-to', {
        type: 'string',
        describe: 'Of a mail: the mail that it answers, a file or a message id: quoted, its people addressed',
      })
      .conflicts('reply-to', 'in-reply-to')
      .option('subject', { type: 'string', describe: 'Of a mail: instead of the one that the record gives' })
      .option('origin', {
        type: 'string',
        describe: 'Of KCIDB: the name of the CI that submits it (a-z, 0-9, _)',
      })
      .check(({ origin }) => {
        if (origin !== undefined && !/^[a-z0-9_]+$/.test(origin))
          throw inputError('--origin wants a name of a-z, 0-9 and _', {
            hint: 'For example: --origin maestro.',
          });
        return true;
      })
      .example('$0 report latest --as mail -o reply.txt --in-reply-to ID', 'For git send-email')
      .example('$0 report latest --as junit -o millrace.xml', 'For a CI')
      .example('$0 report latest --as kcidb --origin mylab -o kcidb.json', 'For the Kernel CI database')
      .example('$0 report latest --as sarif -o millrace.sarif', 'For a code hosting site'),
  handler: async ({
    run: name,
    as,
    output,
    'in-reply-to': inReplyTo,
    'reply-to': replyTo,
    subject,
    origin,
  }) => {
    const { directory, record } = await readRun(name, process.cwd());
    const live = as === 'html' ? { ...(await pageAssets()), machines: await keptMachines(directory) } : null;
    const text = renderReport(evidenceOf(record), as, {
      ...(live === null ? {} : { live }),
      columns: output === undefined ? outputColumns() : 80,
      colour: output === undefined && hasColour(process.stdout),
      directory: displayPath(directory),
      state: stateOf(record),
      ...(replyTo === undefined ? {} : { replyTo: await answered(replyTo) }),
      ...(inReplyTo === undefined ? {} : { inReplyTo }),
      ...(subject === undefined ? {} : { subject }),
      ...(origin === undefined ? {} : { origin }),
    });
    if (output === undefined) process.stdout.write(text);
    else await writeResult(resolve(output), text);
  },
};

/** The first mail of a file, or the message of an id. */
async function answered(name: string): Promise<Mail> {
  const id = existsSync(name) ? null : messageIdOf(name);
  if (id !== null) return (await findThread(id)).asked;
  for await (const message of mailsIn(name)) return parseMail(message);
  throw inputError(`${name} holds no mail`, { hint: 'Save the mail, or give its message id.' });
}
