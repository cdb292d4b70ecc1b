// A run as one web page. Where the record keeps the compiled machine, the page holds it, and one script that runs it:
// what the page says of the run is there without.
import type { Element } from 'hast';
import { type Evidence, engineOf } from '../../evidence/index.js';
import type { RunState } from '../../record/index.js';
import { runReasonText, runStatementText, verdictText } from '../../words/index.js';
import { countSections } from './counts.js';
import { coverageSection } from './coverage.js';
import { htmlDocument } from './document.js';
import { el, facts, list } from './elements.js';
import { interleavingParts, type LivePage } from './interleaving.js';
import {
  harmSection,
  limitSection,
  reportSection,
  scheduleSection,
  setupSection,
  variableSection,
} from './sections.js';

/** A whole HTML document, ending in a line end. `live`: what makes its interleavings go both ways; none when absent. */
export function renderHtml(
  evidence: Evidence,
  state: RunState = evidence.run.status,
  live: LivePage | null = null,
): string {
  const interleaving = live === null ? null : interleavingParts(evidence, live);
  return htmlDocument({
    title: `${evidence.run.case.name}: ${verdictText(evidence.verdict)}`,
    ...(live === null ? {} : { style: live.style }),
    body: [...body(evidence, state, interleaving?.section ?? []), ...(interleaving?.data ?? [])],
    ...(interleaving === null ? {} : { script: interleaving.script }),
  });
}

function body(evidence: Evidence, state: RunState, interleaving: readonly Element[]): Element[] {
  return [
    el('header', heading(evidence, state)),
    el('main', [
      ...interleaving,
      ...variableSection(evidence),
      ...harmSection(evidence),
      ...scheduleSection(evidence),
      ...reportSection(evidence),
      ...countSections(evidence),
      ...coverageSection(evidence),
      ...setupSection(evidence),
      ...limitSection(evidence),
    ]),
    el('footer', `Millrace ${evidence.run.millrace}, run ${evidence.run.id}.`),
  ];
}

function heading(evidence: Evidence, state: RunState): Element[] {
  const { run, verdict } = evidence;
  const { tree, fix, error, fixes } = run;
  const rows: [string, string][] = [
    ['case', run.case.name],
    ['code', run.case.sources.join(', ')],
    ['run', `${run.started.slice(0, 19).replace('T', ' ')} UTC, ${state}`],
  ];
  if (error !== null) rows.push(['error', error.message]);
  if (tree !== null)
    rows.push([
      'tree',
      `${tree.spec}, Linux ${tree.version}${tree.commit === null ? '' : `, commit ${tree.commit}`}`,
    ]);
  if (fix !== null) rows.push(['fix', `${fix.name}: ${fix.title}`]);
  if (fixes) rows.push(['would fix', `${fixes.commit} ("${fixes.subject}")`]);
  const [kernel] = engineOf(evidence, 'kernel')?.kernels ?? [];
  if (kernel !== undefined)
    rows.push(['kernel engine', `${kernel.toolchain}; ${kernel.qemu}, ${kernel.accelerator}`]);
  const [explored] = engineOf(evidence, 'model')?.kernels ?? [];
  if (explored !== undefined)
    rows.push(['model engine', `${explored.options.strategy}; ${explored.compiler}`]);
  const [sampled] = engineOf(evidence, 'kcsan')?.kernels ?? [];
  if (sampled !== undefined)
    rows.push(['KCSAN’s algorithm', `a sample, seed ${sampled.options.seed}; ${sampled.compiler}`]);
  const colour =
    verdict.kind === 'fix-shown'
      ? 'good'
      : verdict.kind === 'fix-harmful' || verdict.kind === 'fix-incomplete'
        ? 'bad'
        : 'open';
  return [
    el('h1', run.case.title),
    el(`p.verdict.${colour}`, verdictText(verdict)),
    el('p', runReasonText(verdict.reason)),
    ...list([...verdict.lacking, ...verdict.remaining, ...verdict.harms].map(runStatementText)),
    facts(rows),
  ];
}
