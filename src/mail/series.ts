// The patches of a thread in the order in which they are applied, as `b4 am` would pick them: those of one version, none
// of the answers, attached or in the body.
import { inputError } from '../base/index.js';
import type { Mail } from './mail.js';

interface Place {
  readonly version: number;
  /** From 1; 0 for the letter that introduces a series. */
  readonly number: number;
  readonly total: number;
}

/** What the subject says: `[PATCH v3 2/5] …`, `[RFC PATCH net-next] …`. Null for what is no patch, and for answers. */
function placeOf(subject: string): Place | null {
  const tag = /^\s*(?:\[(?![^\]]*PATCH)[^\]]*\]\s*)*\[([^\]]*PATCH[^\]]*)\]/i.exec(subject)?.[1];
  if (tag === undefined) return null;
  const [, version = '1'] = /\bv(\d+)\b/i.exec(tag) ?? [];
  const [, number = '1', total = '1'] = /\b(\d+)\/(\d+)\b/.exec(tag) ?? [];
  return { version: Number(version), number: Number(number), total: Number(total) };
}

/** The diff with what stands around it; null where there is none. Quoted ones (`> diff`) are somebody else's. */
function patchIn({ text, attachments }: Mail): string | null {
  const parts = [
    text,
    ...attachments
      .filter(({ name, type }) => /\.(?:patch|diff)$/i.test(name) || /^text\/x-(?:patch|diff)$/.test(type))
      .map((one) => one.text),
  ];
  const patches = parts.filter((part) => /^--- \S.*\r?\n\+\+\+ \S/m.test(part) && /^@@ -\d/m.test(part));
  return patches.length === 0 ? null : patches.join('\n');
}

/** One of the newest version's, else the first with a patch of its own; null where no mail has any. */
export function newestPatch(mails: readonly Mail[]): Mail | null {
  const placed = mails.flatMap((mail) => {
    const place = placeOf(mail.subject);
    return place === null || patchIn(mail) === null ? [] : [{ mail, version: place.version }];
  });
  const newest = Math.max(...placed.map(({ version }) => version));
  return (
    (placed.find(({ version }) => version === newest)?.mail ??
      mails.find((mail) => patchIn(mail) !== null)) ||
    null
  );
}

/**
 * The series of which `asked` is a part, or its cover letter; `asked` alone where it has a patch and its subject counts
 * none. `thread`: all mails in which the others may be. Errors: `input` where a part is missing.
 */
export function seriesText(asked: Mail, thread: readonly Mail[]): string {
  const place = placeOf(asked.subject);
  const own = patchIn(asked);
  if (place === null || (place.total === 1 && own !== null)) {
    if (own === null)
      throw inputError(`“${asked.subject}” has no patch in it`, {
        hint: 'Name the message of a patch, or the cover letter of a series.',
      });
    return own;
  }
  const parts = new Map<number, string>();
  for (const mail of [asked, ...thread]) {
    const where = placeOf(mail.subject);
    const isPart =
      where !== null &&
      where.version === place.version &&
      where.total === place.total &&
      mail.from?.address === asked.from?.address;
    const patch = isPart ? patchIn(mail) : null;
    if (where !== null && patch !== null && !parts.has(where.number)) parts.set(where.number, patch);
  }
  const missing = Array.from({ length: place.total }, (_, index) => index + 1).filter(
    (one) => !parts.has(one),
  );
  if (missing.length > 0)
    throw inputError(
      `of the ${place.total} patches of “${asked.subject}” these are missing: ${missing.join(', ')}`,
      {
        hint: 'Save the whole thread, for example with `b4 mbox MESSAGE-ID`.',
      },
    );
  return [...parts]
    .toSorted(([left], [right]) => left - right)
    .map(([, patch]) => patch)
    .join('\n');
}
