// The part of the page that runs: where the interleaving goes, what its script reads, and the script.

import type { Element } from 'hast';
import { safeJson } from '../../base/index.js';
import type { Evidence } from '../../evidence/index.js';
import { type PageData, pageParts } from '../../page/index.js';
import { harmText } from '../../words/index.js';
import { diagramOfSchedule, tellingSchedule } from '../diagram/index.js';
import { caseInText } from '../plain/index.js';
import { el, raw } from './elements.js';

/** What makes a page's interleavings go both ways. */
export interface LivePage {
  readonly script: string;
  readonly style: string;
  /** Compressed; by the name that a side's file has. */
  readonly machines: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

export interface InterleavingParts {
  readonly section: readonly Element[];
  /** In script elements that no browser runs. */
  readonly data: readonly Element[];
  readonly script: string;
}

/** Null where there is no schedule of the machine to show. */
export function interleavingParts(
  evidence: Evidence,
  { script, machines }: LivePage,
): InterleavingParts | null {
  const schedules = evidence.schedules.filter(({ steps }) => steps.length > 0);
  if (schedules.length === 0 || machines.length === 0) return null;
  const telling = tellingSchedule(evidence);
  const data: PageData = {
    caseArgument: caseInText(evidence),
    first: Math.max(0, telling === null ? -1 : schedules.indexOf(telling)),
    schedules: schedules.map((schedule) => ({
      text: schedule.text,
      title: diagramOfSchedule(schedule, evidence).title,
      shows: [...new Set(evidence.harms.filter((harm) => harm.schedule === schedule.text).map(harmText))],
    })),
  };
  return {
    section: [
      el('section#interleavings.wide', [
        el('h2', 'Interleaving'),
        el(`div#${pageParts.interleaving}`, [
          el('p.faint', 'A browser that runs scripts replays it here, and takes other branches.'),
        ]),
      ]),
    ],
    data: [
      raw('script', inScript(safeJson(data)), { type: 'application/json', id: pageParts.data }),
      ...machines.map(({ name, bytes }) =>
        raw('script', Buffer.from(bytes).toString('base64'), {
          type: 'text/plain',
          className: [pageParts.machine],
          dataSide: name,
        }),
      ),
    ],
    script: script.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--'),
  };
}

/** JSON that ends no script element, whatever a record holds. */
function inScript(json: string): string {
  return json.replaceAll('<', '\\u003c');
}
