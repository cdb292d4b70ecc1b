// What a run of the model engine found, on the terminal: a pure function of its record.
import type { ModelRun, ModelTest } from '../../model/index.js';
import type { RunRecord } from '../../record/index.js';
import { failureLines, findingLines, modelRaceLines } from './model-race.js';
import { bulletLines, factLines, type ResultOptions, section, whole } from './section.js';
import { tableLines } from './table.js';
import { paletteFor, printable, wrapLines } from './text.js';

/** Text without a line end behind the last line; no line is longer than `options.columns`, which is at least 60. */
export function renderModelResult(record: RunRecord, options: ResultOptions): string {
  const runs = record.model?.runs ?? [];
  const sections = [
    headLines(record, options),
    section('Interleavings', interleavingLines(runs, options), options),
    ...runs.flatMap((run) => run.tests.flatMap((test) => testSections(run, test, options))),
    section('Assumed of the callers', bulletLines(record.case.assumptions, options), options),
    section('Limits', bulletLines(record.model?.verdict?.limits ?? [], options), options),
    section('Record', placeLines(record, options), options),
    verdictLines(record, options),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function headLines(record: RunRecord, options: ResultOptions): string[] {
  const title = printable(`${record.case.name}: ${record.case.title}`);
  const { tree, fix, error, model } = record;
  const [run] = model?.runs ?? [];
  const facts: [string, string][] = [['run', `${record.id}, ${options.state ?? record.status}`]];
  if (error !== null)
    facts.push(['error', error.hint === null ? error.message : `${error.message}. ${error.hint}`]);
  if (tree !== null) {
    const commit = tree.commit === null ? '' : `, commit ${tree.commit}`;
    facts.push(['tree', `${tree.spec}, Linux ${tree.version}${commit}`]);
  }
  if (fix !== null) facts.push(['fix', `${fix.name}: ${fix.title}`]);
  if (run !== undefined) facts.push(['engine', `model, ${howText(run)}, ${run.compiler}`]);
  return [
    ...wrapLines(paletteFor(options).bold(title), options.columns, { first: 0, rest: 4 }),
    ...factLines(
      facts.map(([name, text]) => [name, printable(text)]),
      options,
    ),
  ];
}

function howText({ options: { strategy, seed, preemptions } }: ModelRun): string {
  switch (strategy) {
    case 'dpor':
      return 'every inequivalent interleaving (dpor)';
    case 'bounded':
      return `every schedule with at most ${preemptions} preemptions (bounded)`;
    case 'pct':
      return `random priorities for bugs of depth ${preemptions + 1} (pct, seed ${seed})`;
    case 'random':
      return `a random walk (seed ${seed})`;
  }
}

function interleavingLines(runs: readonly ModelRun[], options: ResultOptions): string[] {
  const colours = paletteFor(options);
  const rows = runs.flatMap((run) =>
    run.tests.map((test) => [
      printable(test.name),
      printable(run.name),
      whole(test.interleavings),
      coverage(test),
      ...[test.races, test.failures, test.findings].map(({ length }) =>
        length === 0 ? '0' : colours.yellow(whole(length)),
      ),
    ]),
  );
  if (rows.length === 0) return [];
  const heads = ['TEST', 'KERNEL', 'RUN', 'OF', 'RACES', 'INVARIANTS', 'OTHER'];
  return tableLines(heads, rows, { ...options, indent: 2, right: [2, 3, 4, 5, 6] });
}

function coverage({ complete, interleavings, estimate, guarantee }: ModelTest): string {
  if (complete) return `all ${whole(interleavings)}`;
  if (guarantee !== null) return `p >= ${guarantee.toPrecision(2)}`;
  return estimate === null ? 'unknown' : `about ${whole(estimate)}`;
}

function testSections(run: ModelRun, test: ModelTest, options: ResultOptions): string[][] {
  const on = printable(`${test.name}, ${run.name}`);
  const spaced = (blocks: readonly string[][]) =>
    blocks.flatMap((lines, index) => [...(index === 0 ? [] : ['']), ...lines]);
  return [
    section(
      `Races in ${on}`,
      spaced(test.races.map((race, index) => modelRaceLines(race, index + 1, options))),
      options,
    ),
    section(`Harm in ${on}`, spaced(test.failures.map((failure) => failureLines(failure, options))), options),
    section(
      `Other findings in ${on}`,
      spaced(test.findings.map((finding) => findingLines(finding, options))),
      options,
    ),
  ];
}

/** Where the record is, and how to see a schedule. */
function placeLines(record: RunRecord, options: ResultOptions): string[] {
  const directory = options.directory ?? `.millrace/runs/${record.id}`;
  const tests = record.model?.runs.flatMap((run) => run.tests) ?? [];
  const any = tests.some(
    ({ races, failures, findings }) => races.length + failures.length + findings.length > 0,
  );
  const hint = any ? [`step by step: millrace replay ${record.case.name} SCHEDULE`] : [];
  return [directory, ...hint].flatMap((text) =>
    wrapLines(printable(text), options.columns, { first: 2, rest: 4 }),
  );
}

function verdictLines(record: RunRecord, options: ResultOptions): string[] {
  const verdict = record.model?.verdict ?? null;
  if (verdict === null) return [];
  const colours = paletteFor(options);
  const colour = verdict.expected ? colours.green : colours.red;
  return [
    `${colours.bold('Verdict:')} ${colour(verdict.kind)}`,
    ...wrapLines(printable(verdict.reason), options.columns, { first: 2, rest: 2 }),
  ];
}
