// What results of the model engine have in common on the terminal, whichever detector looked: head, place and verdict.
import { quoted } from '../../base/index.js';
import type { EvidenceVerdict } from '../../judge/index.js';
import type { ModelRun } from '../../model/index.js';
import type { RunRecord } from '../../record/index.js';
import { commonFacts, type Fact, titledFacts } from './head.js';
import type { ResultOptions } from './section.js';
import { paletteFor, printable, wrapLines } from './text.js';

/** What was run, and how. */
export function headLines(record: RunRecord, options: ResultOptions): string[] {
  const [run] = record.model?.runs ?? [];
  const [sampled] = record.kcsan?.runs ?? [];
  const facts: Fact[] = [['run', `${record.id}, ${options.state ?? record.status}`], ...commonFacts(record)];
  if (run !== undefined) facts.push(['engine', `model, ${howText(run)}, ${run.compiler}`]);
  else if (sampled !== undefined)
    facts.push([
      'engine',
      `model, KCSAN’s own algorithm (a sample, seed ${sampled.options.seed}), ${sampled.compiler}`,
    ]);
  return titledFacts(record, facts, options);
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

/** Where the record is, and how to see a schedule. */
export function placeLines(record: RunRecord, options: ResultOptions): string[] {
  const directory = options.directory ?? `.millrace/runs/${record.id}`;
  const explored = record.model?.runs.flatMap((run) => run.tests) ?? [];
  const sampled = record.kcsan?.runs.flatMap((run) => run.tests) ?? [];
  const any =
    explored.some(({ races, failures, findings }) => races.length + failures.length + findings.length > 0) ||
    sampled.some(({ races }) => races.length > 0);
  const quiet = explored.find(({ example }) => example !== null)?.example;
  const theCase = quoted(record.case.argument ?? record.case.name);
  const hint = any
    ? [`step by step: millrace replay ${theCase} SCHEDULE`]
    : quiet == null
      ? []
      : [`one order, step by step: millrace replay ${theCase} ${quiet.text}`];
  return [directory, ...hint].flatMap((text) =>
    wrapLines(printable(text), options.columns, { first: 2, rest: 4 }),
  );
}

export function verdictLines(
  verdict: Pick<EvidenceVerdict, 'kind' | 'reason' | 'expected'> | null,
  options: ResultOptions,
): string[] {
  if (verdict === null) return [];
  const colours = paletteFor(options);
  const colour = verdict.expected ? colours.green : colours.red;
  return [
    `${colours.bold('Verdict:')} ${colour(verdict.kind)}`,
    ...wrapLines(printable(verdict.reason), options.columns, { first: 2, rest: 2 }),
  ];
}
