// A run as one web page: no script, nothing loaded, and a policy that would let neither in.
import { createHash } from 'node:crypto';
import type { Element, Root } from 'hast';
import { toHtml } from 'hast-util-to-html';
import { type Evidence, evidenceOf } from '../../evidence/index.js';
import type { RunRecord, RunState } from '../../record/index.js';
import { countSections } from './counts.js';
import { coverageSection } from './coverage.js';
import { el, facts, list } from './elements.js';
import {
  harmSection,
  limitSection,
  reportSection,
  scheduleSection,
  setupSection,
  variableSection,
} from './sections.js';
import { style } from './style.js';

/** A whole HTML document, ending in a line end. */
export function renderHtml(record: RunRecord, state: RunState = record.status): string {
  const evidence = evidenceOf(record);
  const hash = createHash('sha256').update(style).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  const page: Root = {
    type: 'root',
    children: [
      { type: 'doctype' },
      el(
        'html',
        [
          el('head', [
            el('meta', [], { charset: 'utf-8' }),
            el('meta', [], { httpEquiv: 'Content-Security-Policy', content: policy }),
            el('meta', [], { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
            el('meta', [], { name: 'referrer', content: 'no-referrer' }),
            el('title', `${record.case.name}: ${evidence.verdict.kind}`),
            // Not through el(), which would escape line ends: the hash is of this very text.
            { type: 'element', tagName: 'style', properties: {}, children: [{ type: 'text', value: style }] },
          ]),
          el('body', body(record, evidence, state)),
        ],
        { lang: 'en' },
      ),
    ],
  };
  return `${toHtml(page)}\n`;
}

function body(record: RunRecord, evidence: Evidence, state: RunState): Element[] {
  return [
    el('header', heading(record, evidence, state)),
    el('main', [
      ...variableSection(evidence),
      ...harmSection(record, evidence),
      ...scheduleSection(record, evidence),
      ...reportSection(record, evidence),
      ...countSections(evidence),
      ...coverageSection(record),
      ...setupSection(record),
      ...limitSection(evidence),
    ]),
    el('footer', `Millrace ${record.millrace}, run ${record.id}.`),
  ];
}

function heading(record: RunRecord, { verdict }: Evidence, state: RunState): Element[] {
  const { tree, fix, runs, model, kcsan, error } = record;
  const rows: [string, string][] = [
    ['case', record.case.name],
    ['code', record.case.sources.join(', ')],
    ['run', `${record.started.slice(0, 19).replace('T', ' ')} UTC, ${state}`],
  ];
  if (error !== null) rows.push(['error', error.message]);
  if (tree !== null)
    rows.push([
      'tree',
      `${tree.spec}, Linux ${tree.version}${tree.commit === null ? '' : `, commit ${tree.commit}`}`,
    ]);
  if (fix !== null) rows.push(['fix', `${fix.name}: ${fix.title}`]);
  if (record.fixes) rows.push(['would fix', `${record.fixes.commit} ("${record.fixes.subject}")`]);
  const [kernel] = runs;
  if (kernel !== undefined)
    rows.push(['kernel engine', `${kernel.toolchain}; ${kernel.qemu}, ${kernel.accelerator}`]);
  const [explored] = model?.runs ?? [];
  if (explored !== undefined)
    rows.push(['model engine', `${explored.options.strategy}; ${explored.compiler}`]);
  const [sampled] = kcsan?.runs ?? [];
  if (sampled !== undefined)
    rows.push(['KCSAN’s algorithm', `a sample, seed ${sampled.options.seed}; ${sampled.compiler}`]);
  const colour = verdict.kind.includes('fix shown')
    ? 'good'
    : /harmful|incomplete/.test(verdict.kind)
      ? 'bad'
      : 'open';
  return [
    el('h1', record.case.title),
    el(`p.verdict.${colour}`, verdict.kind),
    el('p', verdict.reason),
    ...list([...verdict.lacking, ...verdict.remaining, ...verdict.harms]),
    facts(rows),
  ];
}
