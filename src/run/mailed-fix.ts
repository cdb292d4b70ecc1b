// A fix as it came by mail: named by its message, or saved with it.
import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheDirectory, inputError, writeWhole } from '../base/index.js';
import { type Case, type CaseFix, checkFixPatch } from '../case/index.js';
import {
  findThread,
  type Mail,
  mailsIn,
  messageIdOf,
  newestPatch,
  parseMail,
  seriesText,
} from '../mail/index.js';
import { findFix } from './run-case.js';

export interface FixedCase {
  /** With the fix among its own where it came from an archive: it is held to what they are held to. */
  readonly case: Case;
  readonly fix: CaseFix;
}

/**
 * The fix that `--fix` names: one of the case's, a patch file, a mail or an mbox with a patch or a series, or the message
 * id or archive address of one. Errors: `input` when it is none of these; for a message from an archive also where it
 * changes what a case's fix may not change, since nobody has looked at it.
 */
export async function fetchFix(theCase: Case, name: string, signal?: AbortSignal): Promise<FixedCase> {
  const isThere = theCase.fixes.some((fix) => fix.name === name) || existsSync(name);
  const id = isThere ? null : messageIdOf(name);
  if (id === null) return { case: theCase, fix: await localFix(theCase, name, signal) };
  const { asked, others } = await findThread(id, signal);
  const text = seriesText(asked, others);
  checkFixPatch(text, `<${id}>`, theCase.sources);
  const fix = await keptFix(theCase, asked, text);
  return { case: { ...theCase, fixes: [...theCase.fixes, fix] }, fix };
}

async function localFix(theCase: Case, name: string, signal: AbortSignal | undefined): Promise<CaseFix> {
  const isNamed = theCase.fixes.some((fix) => fix.name === name);
  const there = isNamed ? undefined : statSync(name, { throwIfNoEntry: false });
  if (there === undefined || (there.isFile() && !(await isEncodedMail(name)))) return findFix(theCase, name);
  const mails: Mail[] = [];
  for await (const message of mailsIn(name, signal)) mails.push(await parseMail(message));
  const asked = newestPatch(mails);
  if (asked === null)
    throw inputError(`${name} holds no mail with a patch`, { hint: 'Save the message of the patch.' });
  return keptFix(theCase, asked, seriesText(asked, mails));
}

/** What `git format-patch` writes is read as it is; what mailers make of it has to be taken apart first. */
async function isEncodedMail(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64 * 1024), 0);
    const head = buffer.toString('latin1', 0, bytesRead);
    if (!/^(?:From \S|[!-9;-~]+:[ \t])/.test(head)) return false;
    const isEncoded =
      /^content-transfer-encoding:\s*(?:quoted-printable|base64)|^content-type:\s*multipart\//im.test(head);
    // A thread: answers between its patches, and these in the order in which they came.
    return isEncoded || (head.startsWith('From ') && /^In-Reply-To:/im.test(head));
  } finally {
    await file.close();
  }
}

/** In the cache under its content, since a run's record and the overlay take it from a file. */
async function keptFix(theCase: Case, { subject }: Mail, text: string): Promise<CaseFix> {
  const patch = join(
    cacheDirectory(),
    'mail',
    `${createHash('sha256').update(text).digest('hex').slice(0, 20)}.patch`,
  );
  await mkdir(dirname(patch), { recursive: true });
  await writeWhole(patch, text);
  const title = subject.replace(/^(?:\s*(?:re:\s*)?\[[^\]]*\])+\s*/i, '').trim() || 'a patch by mail';
  const name = shortName(title);
  const isTaken = name === 'base' || theCase.fixes.some((fix) => fix.name === name);
  return { name: isTaken ? `mail-${name}` : name, title, patch };
}

/** Cells that a fix's name has in the tables. */
const longestName = 24;

/** The words of a subject behind its subsystem, as many as fit. */
function shortName(title: string): string {
  const words = title
    .slice(title.lastIndexOf(': ') + 1)
    .toLowerCase()
    .match(/[a-z0-9]+/g) ?? ['patch'];
  let name = (words[0] ?? 'patch').slice(0, longestName);
  for (const word of words.slice(1)) {
    if (name.length + 1 + word.length > longestName) break;
    name += `-${word}`;
  }
  return name;
}
