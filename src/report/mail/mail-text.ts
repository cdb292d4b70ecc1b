// Mails to the text that their senders saw: bodies decoded as their headers say (quoted-printable, base64, charsets,
// format=flowed, HTML), attached logs among them. What is no mail comes out as it went in.
import type PostalMime from 'postal-mime';
import { messagesOf } from '../../mail/index.js';
import { htmlText, isHtmlPage } from './html-text.js';

type Mail = Awaited<ReturnType<typeof PostalMime.parse>>;

/** Bytes that are looked at to tell what an input is. */
const sniffBytes = 64 * 1024;
/** Of one message; more of it is read as plain text. */
const maxMessageBytes = 64 * 1024 * 1024;

// Headers that only a mail has: a log may begin with `Word: text` too.
const mailHeader =
  /^(?:Content-Type|Content-Transfer-Encoding|MIME-Version|Message-ID|Received|Return-Path|Delivered-To|DKIM-Signature|From|Date|Subject|To|X-[\w-]+):[ \t]/im;
const headerBlock = /^(?:[!-9;-~]+:(?:[ \t].*|)\r?\n(?:[ \t].*\r?\n)*)+\r?\n/;
/** RFC 4155: `From sender date`. */
const mboxStart = /^From \S+.*\r?\n(?=[!-9;-~]+:[ \t])/;

/** Chunks of `input`, decoded where it is a mail, an mbox, or an HTML page; any other input as it is, without delay. */
export async function* decodedText(
  input: AsyncIterable<Uint8Array | string>,
): AsyncGenerator<Uint8Array | string, void, undefined> {
  const iterator = input[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let length = 0;
  let ended = false;
  while (length < sniffBytes) {
    const { done, value } = await iterator.next();
    if (done) {
      ended = true;
      break;
    }
    const bytes = bytesOf(value);
    first.push(bytes);
    length += bytes.length;
    // A live console shows in its first bytes that it is no mail.
    if (!mayBeMail(bytes, first.length === 1)) break;
  }
  const head = Buffer.concat(first);
  const rest = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    yield head;
    while (!ended) {
      const { done, value } = await iterator.next();
      if (done) return;
      yield bytesOf(value);
    }
  };
  const kind = kindOf(head.toString('latin1'));
  if (kind === 'plain') yield* rest();
  else if (kind === 'page') yield* pageText(rest());
  else
    for await (const message of messagesOf(rest(), kind === 'mbox', maxMessageBytes))
      yield* messageText(message);
}

function mayBeMail(bytes: Uint8Array, isFirst: boolean): boolean {
  if (!isFirst) return true;
  const start = Buffer.from(bytes.subarray(0, 256)).toString('latin1');
  return /^(?:From |[!-9;-~]+:|\s*<)/.test(start);
}

function kindOf(head: string): 'plain' | 'mail' | 'mbox' | 'page' {
  if (mboxStart.test(head)) return 'mbox';
  const block = headerBlock.exec(head)?.[0];
  if (block !== undefined && mailHeader.test(block)) return 'mail';
  return isHtmlPage(head) ? 'page' : 'plain';
}

async function* pageText(input: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of input) {
    length += chunk.length;
    if (length > maxMessageBytes) break;
    chunks.push(chunk);
  }
  yield await htmlText(Buffer.concat(chunks).toString('utf8'));
}

async function* messageText(message: Buffer): AsyncGenerator<string, void, undefined> {
  let mail: Mail;
  try {
    const { default: parser } = await import('postal-mime');
    mail = await parser.parse(message);
  } catch {
    // What is too deep or too odd to be taken apart is still text.
    yield message.toString('utf8');
    return;
  }
  const body = mail.text?.trim() ? mail.text : mail.html ? await htmlText(mail.html) : '';
  yield `${body}\n\n`;
  for (const { mimeType, filename, content } of mail.attachments) {
    const isText = /^text\/(?!html)/.test(mimeType) || /\.(?:txt|log|dmesg)$/i.test(filename ?? '');
    if (isText)
      yield `${typeof content === 'string' ? content : Buffer.from(content as Uint8Array).toString('utf8')}\n\n`;
  }
}

function bytesOf(chunk: Uint8Array | string): Uint8Array {
  return typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : chunk;
}
