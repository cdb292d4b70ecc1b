// Repeat counts on the base, and the same with the fix.

import { plural } from '../../base/index.js';
import type {
  DirectedEvidence,
  Evidence,
  KcsanEvidence,
  KernelEvidence,
  ModelCounts,
  ModelEvidence,
} from '../../evidence/index.js';
import type { KernelSummary, PairEvidence } from '../../judge/index.js';
import { chanceLimit } from '../../judge/index.js';
import {
  allText,
  bootsText,
  fixRowText,
  percent,
  runStatementText,
  significant,
  weakestText,
} from '../../words/index.js';
import { bullet, mailColumns as columns, listed, paragraph } from '../plain/index.js';
import { predictions, roundTexts, turnTexts } from '../story/index.js';

export function countBlocks({ engines }: Evidence): string[][] {
  return engines.flatMap((engine) => {
    if (engine.engine === 'model') return modelCounts(engine, 'base');
    if (engine.engine === 'kcsan') return kcsanCounts(engine, 'base');
    if (engine.engine === 'directed') return directedCounts(engine.kernels[0], 'On the base');
    return engine.base === null ? [] : kernelCounts(engine, engine.base, 'base');
  });
}

export function fixBlocks({ run: { fix }, engines }: Evidence): string[][] {
  if (fix === null) return [];
  const results = engines.flatMap((engine) => {
    if (engine.engine === 'model') return engine.fix === null ? [] : modelCounts(engine, 'fixed');
    if (engine.engine === 'kcsan') return engine.fix === null ? [] : kcsanCounts(engine, 'fixed');
    if (engine.engine === 'directed') return directedCounts(engine.kernels[1], `With ${fix.name}`);
    if (engine.fixed === null) return [];
    return [[...kernelCounts(engine, engine.fixed, 'fixed').flat(), ...chances(engine).flat()]];
  });
  if (results.length === 0) return [paragraph(`The fix ${fix.name} (${fix.title}) was not run.`, columns)];
  return [paragraph(`The fix ${fix.name}: ${fix.title}.`, columns), ...results, ...matrixBlocks(engines)];
}

/** Of several fixes: what became of each. */
function matrixBlocks(engines: Evidence['engines']): string[][] {
  return engines.flatMap((engine) => {
    if (engine.engine !== 'model' || engine.matrix === null) return [];
    const { matrix } = engine;
    const lines = matrix.fixes.flatMap(({ name, kind }, index) => {
      const left = matrix.rows.filter(({ fixes }) => fixes[index]);
      const what = left.map((row) => `${row.base ? '' : 'new: '}${fixRowText(row)}`);
      return bullet(
        `${name}: ${kind.replace('-', ' ')}${what.length === 0 ? '' : `; ${what.join('; ')}`}`,
        columns,
      );
    });
    return [['The fixes that were tried, side by side:', ...lines], paragraph(weakestText(matrix), columns)];
  });
}

/** Rounds of a schedule that was played turn by turn: no statistics. */
function directedCounts(kernel: DirectedEvidence['kernels'][number] | undefined, where: string): string[][] {
  if (kernel === undefined) return [];
  const lines = kernel.tests.flatMap(roundTexts).flatMap((text) => bullet(text, columns));
  return [[`${where}, with the delays added, in directed rounds:`, ...lines]];
}

/** The points as maintainers show them, and the turns that are taken at them. Lines of the diff are not wrapped. */
export function directedBlocks({ engines }: Evidence): string[][] {
  const directed = engines.find((one) => one.engine === 'directed');
  const [base] = directed?.kernels ?? [];
  if (base === undefined) return [];
  const turns = base.tests.flatMap((test) => [
    ...paragraph(`In ${test.test}:`, columns),
    ...turnTexts(test).flatMap((text) => bullet(text, columns)),
  ]);
  return [
    paragraph(
      'With this delay added it happens each time: millrace_point() waits, for a bounded time, until it is the turn of whoever calls it.',
      columns,
    ),
    base.diff
      .trimEnd()
      .split('\n')
      .map((line) => `  ${line.replaceAll('\t', '        ')}`),
    turns,
  ];
}

/** The share in 1000, as the kernel engine's rates, and the chance of a clean fixed side. */
function kcsanCounts({ tests, pairs, fix }: KcsanEvidence, key: 'base' | 'fixed'): string[][] {
  const lines = tests.flatMap((test) => {
    const counts = test[key];
    if (counts === null) return [];
    const { executions, hits, share, watched, findings } = counts;
    const seen = `${test.test}: ${hits === 0 ? 'no report in' : `a report in ${hits} of`} ${plural(executions, 'execution')}`;
    const rate = intervalText({ value: hits / executions, interval: share });
    return [
      ...bullet(`${seen}, ${rate}; ${plural(watched, 'access', 'accesses')} watched`, columns),
      ...findings.flatMap((one) => bullet(runStatementText(one), columns)),
    ];
  });
  const chanceLines = pairs.flatMap(({ test, functions, chance }) =>
    chance === null || key === 'base'
      ? []
      : bullet(
          `had the fix changed nothing, the chance of no report of ${functions.join(' / ')} in ${test} would be ${percent(chance)}`,
          columns,
        ),
  );
  const where = key === 'base' ? 'On the base' : `With ${fix}`;
  return [[`${where}, by KCSAN's algorithm in a sample:`, ...lines, ...chanceLines]];
}

/** What KCSAN's settings show of what the exploration found; nothing unless both looked. */
export function predictionBlocks(evidence: Evidence): string[][] {
  const { shown, silent } = predictions(evidence);
  const block = (title: string, texts: readonly string[]) =>
    texts.length === 0
      ? []
      : [[...paragraph(title, columns), ...texts.flatMap((text) => bullet(text, columns))]];
  return [
    ...block('Of these races KCSAN shows with the settings above, in its sample:', shown),
    ...block('It does not show in this sample:', silent),
  ];
}

function kernelCounts(
  { pairs, tests, troubles }: KernelEvidence,
  side: KernelSummary,
  key: 'base' | 'fixed',
): string[][] {
  const standing = tests.map((one) => `${one.test} ${one[key]}`);
  const worse = troubles.filter((one) => (one[key] ?? 0) > 0);
  const lines = [
    ...pairs.flatMap((pair) => pairLines(pair, key)),
    ...bullet(
      `${plural(side.rounds, 'round')}; the sides overlapped in ${side.overlaps}, and ${side.violations === 0 ? 'no invariant of the harness failed' : `after ${side.violations} an invariant of the harness did not hold`}`,
      columns,
    ),
    ...(standing.length === 0 ? [] : bullet(`KUnit: ${listed(standing)}`, columns)),
    ...(side.otherReports === 0
      ? []
      : bullet(plural(side.otherReports, 'report of other races', 'reports of other races'), columns)),
    ...(worse.length === 0
      ? bullet('no warning, lockdep splat, stall or oops', columns)
      : worse.flatMap((one) => bullet(`${one.kind}, ${one[key]} times: ${one.title}`, columns))),
    ...side.incomplete.flatMap((boots) => bullet(bootsText(boots), columns)),
  ];
  const where = key === 'base' ? 'On the base' : `With ${side.name}`;
  return [[`${where}, in ${side.completed} of ${plural(side.boots, 'boot')} that completed:`, ...lines]];
}

function pairLines({ functions, ...sides }: PairEvidence, key: 'base' | 'fixed'): string[] {
  const side = sides[key];
  if (side === null) return [];
  const { hits, overlaps, boots, bootsWithHit, perOverlap } = side;
  const rate = perOverlap.value === null ? '' : `, ${intervalText(perOverlap)}`;
  return bullet(
    `${functions.join(' / ')}: ${plural(hits, 'report')} in ${plural(overlaps, 'overlapped round')}, in ${bootsWithHit} of ${plural(boots, 'boot')}${rate}`,
    columns,
  );
}

/** Per 1000, with the 95 % interval. */
function intervalText({
  value,
  interval,
}: Pick<PairEvidence['base']['perOverlap'], 'value' | 'interval'>): string {
  const most = interval.high === null ? 'unbounded' : significant(interval.high * 1000);
  return `${significant((value ?? 0) * 1000)} in 1000 (95 % interval ${significant(interval.low * 1000)} to ${most})`;
}

function chances({ pairs }: KernelEvidence): string[][] {
  const lines = pairs.flatMap(({ functions, chance, needed }) => {
    if (chance === null) return [];
    const boots = needed?.fixed ?? null;
    const enough =
      boots === null
        ? ''
        : `; to bring it below ${percent(chanceLimit)} takes ${plural(boots, 'boot')} of the fixed kernel`;
    return bullet(
      `had the fix changed nothing, the chance of no report of ${functions.join(' / ')} would be ${percent(chance.byOverlap)} by overlapped rounds, ${percent(chance.byBoot)} by boots${enough}`,
      columns,
    );
  });
  return lines.length === 0 ? [] : [lines];
}

function modelCounts({ tests, fix }: ModelEvidence, key: 'base' | 'fixed'): string[][] {
  const lines = tests.flatMap((test) => {
    const counts = test[key];
    return counts === null ? [] : bullet(`${test.test}: ${countsText(counts)}`, columns);
  });
  return [[key === 'base' ? 'On the base:' : `With ${fix}:`, ...lines]];
}

function countsText({ complete, interleavings, estimate, races, failures, findings }: ModelCounts): string {
  const about = estimate === null ? '' : ` of about ${estimate}`;
  const of = complete ? allText(interleavings) : `${plural(interleavings, 'interleaving')}${about}, not all`;
  if (races + failures + findings === 0) return `nothing found in ${of}`;
  const found = [
    plural(races, 'racing pair of lines', 'racing pairs of lines'),
    plural(failures, 'failed invariant'),
    ...(findings === 0 ? [] : [plural(findings, 'other finding')]),
  ];
  return `${listed(found)} in ${of}`;
}
