// A mail taken apart by its headers (RFC 5322, RFC 2045): what a reply, and a patch in it, need of it.
import type PostalMime from 'postal-mime';

type Parsed = Awaited<ReturnType<typeof PostalMime.parse>>;

export interface Address {
  /** Empty where none is given. */
  readonly name: string;
  readonly address: string;
}

export interface Mail {
  /** Without angle brackets; null where there is none. */
  readonly id: string | null;
  /** What it answers, the first of the thread first; without angle brackets. */
  readonly references: readonly string[];
  readonly subject: string;
  readonly from: Address | null;
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  /** ISO 8601; null where there is none that can be read. */
  readonly date: string | null;
  /** The body, decoded; empty where there is only HTML. */
  readonly text: string;
  readonly attachments: readonly { readonly name: string; readonly type: string; readonly text: string }[];
}

/** `bytes`: one message. Errors: what the parser throws for what is too deep or too large to be a mail. */
export async function parseMail(bytes: Uint8Array): Promise<Mail> {
  const { default: parser } = await import('postal-mime');
  const mail = await parser.parse(bytes);
  const ids = (text: string | undefined) =>
    [...(text ?? '').matchAll(/<([^<>\s]+)>/g)].map(([, id]) => id ?? '');
  return {
    id: ids(mail.messageId)[0] ?? null,
    references: [...new Set([...ids(mail.references), ...ids(mail.inReplyTo)])],
    subject: mail.subject ?? '',
    from: addresses(mail.from === undefined ? [] : [mail.from])[0] ?? null,
    to: addresses(mail.to ?? []),
    cc: addresses(mail.cc ?? []),
    date: isoDate(mail.date),
    text: mail.text ?? '',
    attachments: mail.attachments.map(({ filename, mimeType, content }) => ({
      name: filename ?? '',
      type: mimeType,
      text: typeof content === 'string' ? content : Buffer.from(content as Uint8Array).toString('utf8'),
    })),
  };
}

/** A group (`undisclosed-recipients:;`) stands for its members. */
function addresses(list: readonly NonNullable<Parsed['from']>[]): Address[] {
  return list.flatMap((one) =>
    one.group === undefined ? [{ name: one.name, address: one.address ?? '' }] : addresses(one.group),
  );
}

function isoDate(text: string | undefined): string | null {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}
