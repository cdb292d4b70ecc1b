// The logs that a command is given by name: a file, standard input, or a maildir, whose messages are read one by one.
import { createReadStream, existsSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { inputError } from '../base/index.js';
import { findThread, messageIdOf } from '../mail/index.js';
import { type ConsoleEvent, readConsole } from '../report/index.js';

const chunkBytes = 1024 * 1024;

/**
 * What `name` (a path, `-` for standard input, or a message id) has in it, as it is read. Errors: `input` for what cannot
 * be read.
 */
export async function* eventsIn(
  name: string,
  signal: AbortSignal,
): AsyncGenerator<readonly ConsoleEvent[], void, undefined> {
  if (name === '-') {
    yield* readConsole(process.stdin);
    return;
  }
  const id = existsSync(name) ? null : messageIdOf(name);
  if (id !== null) {
    const { bytes } = await findThread(id, signal);
    yield* readConsole(Readable.from([bytes]));
    return;
  }
  try {
    const files = statSync(name).isDirectory() ? await messagesIn(name) : [name];
    for (const file of files)
      yield* readConsole(createReadStream(file, { highWaterMark: chunkBytes, signal }));
  } catch (error) {
    throw readError(error, name);
  }
}

/** The messages of a maildir, new ones last (maildir(5)). */
async function messagesIn(directory: string): Promise<string[]> {
  const files: string[] = [];
  for (const folder of ['cur', 'new']) {
    const names = await readdir(join(directory, folder)).catch(() => []);
    files.push(...names.toSorted().map((name) => join(directory, folder, name)));
  }
  if (files.length === 0)
    throw inputError(`${directory} is a directory, and no maildir with messages`, {
      hint: 'Name a console log, a mail, an mbox or a maildir.',
    });
  return files.filter((file) => statSync(file).isFile());
}

function readError(error: unknown, file: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT')
    return inputError(`no file ${file}`, { hint: 'Name a console log, or - for standard input.' });
  if (code === 'EACCES' || code === 'EPERM')
    return inputError(`may not read ${file}`, { hint: 'Check its permissions.', cause: error });
  return error;
}
