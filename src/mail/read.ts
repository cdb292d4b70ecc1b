// Where mails lie: a file of one, an mbox, a maildir, and the git repositories of public-inbox.
import { createReadStream, existsSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { inputError } from '../base/index.js';
import { messagesOf } from './messages.js';

/** Bytes of one message; what is longer ends there. */
const longestMessage = 64 * 1024 * 1024;

/**
 * The messages of `path` as they lie there; those of public-inbox the newest first. Errors: `input` for what holds no
 * mail.
 */
export async function* mailsIn(path: string, signal?: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
  if (!existsSync(path)) throw inputError(`there are no mails at ${path}`, { hint: 'Check the path.' });
  if (!statSync(path).isDirectory()) {
    yield* messagesInFile(path, signal);
    return;
  }
  const repositories = await inboxRepositories(path);
  for (const repository of repositories) yield* messagesInRepository(repository, signal);
  if (repositories.length > 0) return;
  for (const folder of ['cur', 'new'])
    for (const name of (await readdir(join(path, folder)).catch(() => [])).toSorted())
      yield* messagesInFile(join(path, folder, name), signal);
}

async function* messagesInFile(file: string, signal: AbortSignal | undefined) {
  const stream = createReadStream(file, signal === undefined ? {} : { signal });
  let isMbox: boolean | null = null;
  const sniffed = async function* () {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      isMbox ??= /^From \S/.test(chunk.toString('latin1', 0, 80));
      yield chunk;
    }
  };
  // The first bytes tell how the rest is read: they are looked at before `messagesOf` asks.
  const chunks = sniffed();
  const first = await chunks.next();
  const all = async function* () {
    if (!first.done) yield first.value;
    yield* chunks;
  };
  yield* messagesOf(all(), isMbox === true, longestMessage);
}

/** Bare repositories, the newest epoch first: of format v2 (`git/0.git`, `git/1.git` …), of v1, or one alone. */
async function inboxRepositories(path: string): Promise<string[]> {
  const isBare = (folder: string) => existsSync(join(folder, 'objects')) && existsSync(join(folder, 'HEAD'));
  if (isBare(path)) return [path];
  const git = join(path, 'git');
  const epochs = (await readdir(git).catch(() => []))
    .filter((name) => /^\d+\.git$/.test(name))
    .sort((left, right) => Number.parseInt(right, 10) - Number.parseInt(left, 10));
  return epochs.map((name) => join(git, name)).filter(isBare);
}

/** Each commit of v2 is a message, in the file `m` (public-inbox-v2-format(5)). */
async function* messagesInRepository(repository: string, signal: AbortSignal | undefined) {
  const options = { cwd: repository, ...(signal === undefined ? {} : { cancelSignal: signal }) };
  const log = await execa('git', ['log', '--all', '--format=%H:m'], options);
  const batch = execa('git', ['cat-file', '--batch'], {
    ...options,
    input: `${log.stdout}\n`,
    encoding: 'buffer',
    buffer: false,
    reject: false,
  });
  let rest = Buffer.alloc(0);
  let wanted: number | null = null;
  try {
    for await (const chunk of batch.iterable({ from: 'stdout', binary: true, preserveNewlines: true })) {
      rest = Buffer.concat([rest, chunk]);
      for (;;) {
        if (wanted === null) {
          const end = rest.indexOf(0x0a);
          if (end < 0) break;
          // `OBJECT blob SIZE`, or `NAME missing` of a commit that took a message out.
          const size = / blob (\d+)$/.exec(rest.toString('latin1', 0, end))?.[1];
          rest = rest.subarray(end + 1);
          if (size === undefined) continue;
          wanted = Number(size);
        }
        if (rest.length <= wanted) break;
        yield rest.subarray(0, wanted);
        rest = rest.subarray(wanted + 1);
        wanted = null;
      }
    }
  } finally {
    batch.kill();
    await batch;
  }
}
