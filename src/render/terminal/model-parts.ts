// What results of the model engine have in common on the terminal, whichever detector looked: head, place and verdict.

import { quoted } from '../../base/index.js';
import { type Evidence, engineOf, type RunVerdict } from '../../evidence/index.js';
import type { ModelRun } from '../../model/index.js';
import { runReasonText, verdictText } from '../../words/index.js';
import { commonFacts, type Fact, titledFacts } from './head.js';
import type { ResultOptions } from './section.js';
import { paletteFor, printable, wrapLines } from './text.js';

/** What was run, and how. */
export function headLines(evidence: Evidence, options: ResultOptions): string[] {
  const [run] = engineOf(evidence, 'model')?.kernels ?? [];
  const [sampled] = engineOf(evidence, 'kcsan')?.kernels ?? [];
  const { id, status } = evidence.run;
  const facts: Fact[] = [['run', `${id}, ${options.state ?? status}`], ...commonFacts(evidence.run)];
  if (run !== undefined) facts.push(['engine', `model, ${howText(run)}, ${run.compiler}`]);
  else if (sampled !== undefined)
    facts.push([
      'engine',
      `model, KCSAN’s own algorithm (a sample, seed ${sampled.options.seed}), ${sampled.compiler}`,
    ]);
  return titledFacts(evidence.run, facts, options);
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
export function placeLines(evidence: Evidence, options: ResultOptions): string[] {
  const directory = options.directory ?? `.millrace/runs/${evidence.run.id}`;
  const explored = (engineOf(evidence, 'model')?.kernels ?? []).flatMap(({ tests }) => tests);
  const sampled = (engineOf(evidence, 'kcsan')?.kernels ?? []).flatMap(({ tests }) => tests);
  const any =
    explored.some(({ races, failures, findings }) => races.length + failures.length + findings.length > 0) ||
    sampled.some(({ races }) => races.length > 0);
  const quiet = explored.find(({ example }) => example !== null)?.example;
  const theCase = quoted(evidence.run.case.argument ?? evidence.run.case.name);
  const hint = any
    ? [`step by step: millrace replay ${theCase} SCHEDULE`]
    : quiet == null
      ? []
      : [`one order, step by step: millrace replay ${theCase} ${quiet.text}`];
  return [directory, ...hint].flatMap((text) =>
    wrapLines(printable(text), options.columns, { first: 2, rest: 4 }),
  );
}

export function verdictLines(verdict: RunVerdict | null, options: ResultOptions): string[] {
  if (verdict === null) return [];
  const colours = paletteFor(options);
  const colour = verdict.outcome === 'as-expected' ? colours.green : colours.red;
  return [
    `${colours.bold('Verdict:')} ${colour(verdictText(verdict))}`,
    ...wrapLines(printable(runReasonText(verdict.reason)), options.columns, { first: 2, rest: 2 }),
  ];
}
