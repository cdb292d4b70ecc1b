// What each engine counted, base against fix, as sections of the page.

import type { Element } from 'hast';
import type {
  DirectedEvidence,
  EngineEvidence,
  Evidence,
  KcsanCounts,
  KcsanEvidence,
  KernelEvidence,
  ModelCounts,
  ModelEvidence,
} from '../../evidence/index.js';
import { chanceLimit } from '../../judge/index.js';
import { percent, runStatementText, significant } from '../../words/index.js';
import { roundTexts, turnTexts } from '../story/index.js';
import { type Content, el, facts, list, section, table } from './elements.js';

export function countSections({ engines }: Evidence): Element[] {
  return engines.flatMap(countSection);
}

function countSection(engine: EngineEvidence): Element[] {
  switch (engine.engine) {
    case 'model':
      return section('interleavings', 'Interleavings, base against fix', modelCounts(engine));
    case 'kcsan':
      return section('sample', 'A sample under KCSAN, base against fix', sampleCounts(engine));
    case 'kernel':
      return section('boots', 'Boots, base against fix', kernelCounts(engine));
    case 'directed':
      return section('directed', 'The schedule played on a real kernel', directedRounds(engine));
  }
}

function directedRounds({ kernels }: DirectedEvidence): Element[] {
  const [base] = kernels;
  return [
    el('p', 'With these points added:'),
    el('pre', base?.diff ?? ''),
    ...(base?.tests ?? []).flatMap((test) => [el('p', `Turns of ${test.test}:`), ...list(turnTexts(test))]),
    ...kernels.flatMap(({ name, tests }) => [
      el('p', `Rounds, ${name}:`),
      ...list(tests.flatMap(roundTexts)),
    ]),
  ];
}

function sampleCounts({ tests, pairs, fix, compiler, seed }: KcsanEvidence): Element[] {
  const cells = ({ executions, watched, hits, share }: KcsanCounts): Content[] => [
    String(executions),
    String(watched),
    warned(hits),
    `${significant((1000 * hits) / executions)} (${significant(1000 * share.low)} to ${significant(1000 * (share.high ?? 1))})`,
  ];
  const rows = tests.flatMap(({ test, base, fixed }) => [
    [test, 'base', ...cells(base)],
    ...(fixed === null ? [] : [[test, fix ?? 'fix', ...cells(fixed)]]),
  ]);
  const heads = [
    'Test',
    'Kernel',
    'Executions',
    'Accesses watched',
    'With a report',
    'In 1000 (95 % interval)',
  ];
  const found = tests.flatMap(({ base, fixed }) => [
    ...base.findings.map((one) => `base: ${runStatementText(one)}`),
    ...(fixed?.findings ?? []).map((one) => `${fix}: ${runStatementText(one)}`),
  ]);
  const chances = pairs.flatMap(({ test, functions, chance }) =>
    chance === null
      ? []
      : [
          `Had the fix changed nothing, the chance of no report of ${functions.join(' / ')} in ${test} would be ${percent(chance)}.`,
        ],
  );
  return [
    table(heads, rows, [2, 3, 4, 5]),
    ...list(found),
    ...chances.map((text) => el('p', text)),
    el('p.faint', `KCSAN’s algorithm on the model machine, in virtual time; seed ${seed}; ${compiler}.`),
  ];
}

function modelCounts({ tests, fix, compiler, strategy }: ModelEvidence): Element[] {
  const rows = tests.flatMap(({ test, base, fixed }) => [
    [test, 'base', ...countCells(base)],
    ...(fixed === null ? [] : [[test, fix ?? 'fix', ...countCells(fixed)]]),
  ]);
  const heads = ['Test', 'Kernel', 'Run', 'Of', 'Races', 'Invariants failed', 'Other'];
  return [table(heads, rows, [2, 3, 4, 5, 6]), el('p.faint', `Strategy ${strategy}; ${compiler}.`)];
}

function countCells({
  complete,
  interleavings,
  estimate,
  races,
  failures,
  findings,
}: ModelCounts): Content[] {
  const of = complete ? 'all' : estimate === null ? 'unknown' : `about ${estimate}`;
  return [String(interleavings), of, ...[races, failures, findings].map(warned)];
}

function warned(count: number): Content {
  return count === 0 ? '0' : el('span.warn', String(count));
}

function kernelCounts({ base, fixed, pairs, troubles, tests, fix }: KernelEvidence): Element[] {
  if (base === null) return [];
  const both = (title: string, value: (side: NonNullable<typeof base>) => Content) => [
    title,
    value(base),
    ...(fixed === null ? [] : [value(fixed)]),
  ];
  const standing = tests.map((one) => [
    `KUnit ${one.test}`,
    one.base,
    ...(fixed === null ? [] : [one.fixed ?? '-']),
  ]);
  const trouble = troubles.map((one) => [
    `${one.kind}: ${one.title}`,
    warned(one.base),
    ...(fixed === null ? [] : [warned(one.fixed ?? 0)]),
  ]);
  const rows = [
    both('boots completed', (side) => `${side.completed} of ${side.boots}`),
    both('rounds', (side) => String(side.rounds)),
    both('overlapped rounds', (side) => String(side.overlaps)),
    both('reports of the expected pairs', (side) => warned(side.expectedReports)),
    both('other reports', (side) => warned(side.otherReports)),
    both('rounds after which an invariant did not hold', (side) => warned(side.violations)),
    ...standing,
    ...(trouble.length > 0 ? trouble : [both('warnings, stalls, oopses and the like', () => '0')]),
  ];
  return [
    table(['', 'Base', ...(fixed === null ? [] : [fix ?? 'fix'])], rows, [1, 2]),
    ...pairs.flatMap((pair) => [el('h3', pair.functions.join(' / ')), pairFacts(pair)]),
  ];
}

function pairFacts({ base, fixed, chance, needed }: KernelEvidence['pairs'][number]): Element {
  const rate = ({ perOverlap: { value, interval } }: typeof base) => {
    if (value === null) return 'not counted';
    const high = interval.high === null ? 'unbounded' : significant(interval.high * 1000);
    return `${significant(value * 1000)} (95 % interval ${significant(interval.low * 1000)} to ${high})`;
  };
  const rows: [string, Content][] = [
    [
      'reports',
      `${base.hits} in ${base.overlaps} overlapped rounds, in ${base.bootsWithHit} of ${base.boots} boots`,
    ],
    ['per 1000 overlapped rounds', rate(base)],
  ];
  if (fixed !== null) {
    rows.push([
      'reports with the fix',
      `${fixed.hits} in ${fixed.overlaps} overlapped rounds of ${fixed.boots} boots`,
    ]);
    rows.push(['per 1000 with the fix', rate(fixed)]);
  }
  if (chance !== null)
    rows.push([
      'chance if unchanged',
      `${percent(chance.byOverlap)} by overlapped rounds, ${percent(chance.byBoot)} by boots; the larger has to be below ${percent(chanceLimit)}`,
    ]);
  if (needed?.fixed) rows.push(['boots for that', `${needed.fixed} of the fixed kernel`]);
  return facts(rows);
}
