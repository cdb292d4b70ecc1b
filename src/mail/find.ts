// A mail by its message id or its address in an archive: from the mails that lie on this machine (MILLRACE_MAIL), else
// through `b4`, which asks lore.kernel.org.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { environmentError, inputError } from '../base/index.js';
import { type Mail, parseMail } from './mail.js';
import { mailsIn } from './read.js';

/** `<x@y>`, `x@y`, `https://lore.kernel.org/list/x@y/`; null for what names no message. */
export function messageIdOf(text: string): string | null {
  const inAddress =
    /^https?:\/\/(?:lore\.kernel\.org|patch\.msgid\.link|[\w.-]*)\/(?:[\w.-]+\/)*([^/\s]+@[^/\s]+?)(?:\/.*)?$/.exec(
      text,
    )?.[1];
  if (inAddress !== undefined) return decodeURIComponent(inAddress);
  return /^(?:id:)?<?([^\s<>/]+@[^\s<>/]+)>?$/.exec(text)?.[1] ?? null;
}

export interface Thread {
  readonly asked: Mail;
  /** `asked` as it was sent. */
  readonly bytes: Uint8Array;
  /** The others that name it or that it names, in the order in which they lie there. */
  readonly others: readonly Mail[];
}

/** Errors: `input` where nobody has it; `environment` where there is nothing to ask. */
export async function findThread(id: string, signal?: AbortSignal): Promise<Thread> {
  const places = (process.env.MILLRACE_MAIL ?? '').split(delimiter).filter((place) => place !== '');
  for (const place of places) {
    const thread = await threadIn(place, id, signal);
    if (thread !== null) return thread;
  }
  return fromB4(id, places, signal);
}

/** Only what has the id in its headers is taken apart: a mirror has millions of mails. */
async function threadIn(place: string, id: string, signal: AbortSignal | undefined): Promise<Thread | null> {
  const near: { readonly mail: Mail; readonly bytes: Uint8Array }[] = [];
  for await (const message of mailsIn(place, signal)) {
    const end = message.indexOf('\n\n');
    const headers = message.toString('latin1', 0, end < 0 ? 16_384 : end).replace(/\r/g, '');
    if (headers.includes(id)) near.push({ mail: await parseMail(message), bytes: message });
  }
  const found = near.find(({ mail }) => mail.id === id);
  if (found === undefined) return null;
  const { mail: asked, bytes } = found;
  // A part of a series names its cover letter and not the other parts, which name it too.
  const [root] = asked.references;
  if (root !== undefined && root !== id) {
    const wider = await threadIn(place, root, signal);
    if (wider !== null)
      return { asked, bytes, others: [wider.asked, ...wider.others].filter((mail) => mail.id !== id) };
  }
  return { asked, bytes, others: near.flatMap(({ mail }) => (mail === asked ? [] : [mail])) };
}

async function fromB4(
  id: string,
  places: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Thread> {
  const scratch = await mkdtemp(join(tmpdir(), 'millrace-mail-'));
  try {
    const { failed, code, stderr } = await execa(
      'b4',
      ['mbox', '-o', scratch, '-n', 'thread.mbox', '--', id],
      {
        reject: false,
        stdin: 'ignore',
        ...(signal === undefined ? {} : { cancelSignal: signal }),
      },
    );
    if (code === 'ENOENT')
      throw environmentError(
        places.length === 0
          ? `nothing is there to find the message ${id} with`
          : `the message ${id} is not in ${places.join(', ')}, and there is no b4 to ask lore.kernel.org`,
        {
          hint: 'Set MILLRACE_MAIL to an mbox, a maildir or a mirror of public-inbox, or install b4: apt-get install b4.',
        },
      );
    const thread = failed ? null : await threadIn(join(scratch, 'thread.mbox'), id, signal).catch(() => null);
    if (thread === null)
      throw inputError(`b4 finds no message ${id}`, {
        hint: stderr.trim().split('\n').at(-1) || 'Check the message id.',
      });
    return thread;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
