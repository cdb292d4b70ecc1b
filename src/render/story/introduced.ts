// How it is known which commit brought the bug, in the words of the mail and of the commit message.
import { plural } from '../../base/index.js';
import type { Evidence } from '../../evidence/index.js';
import { listed } from '../plain/index.js';

/** One sentence; null where no bisection tells it. Blame names the last change of a line, which proves nothing. */
export function introducedText({ run: { fixes } }: Evidence): string | null {
  const bisection = fixes?.bisection;
  if (!fixes || bisection === undefined) return null;
  const before = bisection.parents.map(({ commit, subject, state }) =>
    state === 'absent'
      ? `${commit} does not have the sources yet`
      : `${commit} ("${subject}") before it does not show it`,
  );
  return (
    `Brought by ${fixes.commit} ("${fixes.subject}"): the case shows it there` +
    `${before.length === 0 ? '' : `, and ${listed(before)}`} ` +
    `(bisection on the model engine, ${plural(bisection.tested, 'commit')} tested).`
  );
}
