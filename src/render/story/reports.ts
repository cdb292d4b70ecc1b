// The first report of a kernel, and the first race of the model, as text.
import { type Evidence, engineOf } from '../../evidence/index.js';
import { expectedPairs, matchPair } from '../../judge/index.js';
import type { ModelRace } from '../../model/index.js';
import { formatAccess, formatFrame, type RaceReport, type StackFrame } from '../../report/index.js';
import { heldTexts } from '../../words/index.js';
import { printable } from '../terminal/index.js';

/** Where a report was first seen; numbers count from 1. */
export type ReportPlace =
  | { readonly kind: 'boot'; readonly boot: number }
  /** Of a sample under KCSAN's algorithm on the model machine. */
  | { readonly kind: 'execution'; readonly execution: number; readonly test: string };

export interface FirstReport {
  readonly report: RaceReport;
  readonly place: ReportPlace;
  /** For `millrace replay`; null for one of a kernel. */
  readonly schedule: string | null;
  /** Whether it is of a pair that the case expects. */
  readonly expected: boolean;
}

/**
 * The first report of the base's first boot that has one, or else of its sample under KCSAN's algorithm; of a pair that
 * the case expects, where there is one.
 */
export function firstReport(evidence: Evidence): FirstReport | null {
  const { tests, sources } = evidence.run.case;
  const pairs = expectedPairs(tests);
  const isExpected = (report: RaceReport) => matchPair(report, pairs, sources) !== null;
  const booted = (engineOf(evidence, 'kernel')?.kernels[0]?.boots ?? []).flatMap(({ reports }, index) =>
    reports.map((report) => ({ report, place: { kind: 'boot' as const, boot: index + 1 }, schedule: null })),
  );
  const sampled = (engineOf(evidence, 'kcsan')?.kernels[0]?.tests ?? []).flatMap(({ name: test, races }) =>
    races.map(({ report, first: execution, schedule }) => ({
      report,
      schedule,
      place: { kind: 'execution' as const, execution, test },
    })),
  );
  const all = (booted.length > 0 ? booted : sampled).map((one) => ({
    ...one,
    expected: isExpected(one.report),
  }));
  return all.find(({ expected }) => expected) ?? all[0] ?? null;
}

export function firstModelRace(evidence: Evidence): ModelRace | null {
  const tests = engineOf(evidence, 'model')?.kernels[0]?.tests ?? [];
  return (tests.flatMap(({ races }) => races)[0] as ModelRace | undefined) ?? null;
}

/** Whether a file is the harness's own. */
export function isHarness(
  file: string,
  {
    run: {
      case: { harnessPath },
    },
  }: Pick<Evidence, 'run'>,
): boolean {
  return file === harnessPath || file.startsWith('lib/millrace/') || !file.includes('/');
}

/** As KCSAN prints it, frames behind the harness's first left out, places below their frames where a line is too short. */
export function reportLines(report: RaceReport, evidence: Pick<Evidence, 'run'>, columns: number): string[] {
  const lines = [`BUG: KCSAN: ${report.title}`];
  for (const access of report.accesses) {
    lines.push(
      '',
      formatAccess(access, report.unknownOrigin),
      ...stackLines(access.stack, evidence, columns),
    );
  }
  const { valueChanged } = report;
  if (valueChanged !== null && valueChanged.old !== null && valueChanged.new !== null)
    lines.push('', `value changed: ${valueChanged.old} -> ${valueChanged.new}`);
  return lines.flatMap((line) => fitted(printable(line), columns));
}

/** The model's race with what a report of KCSAN has no room for: who, which value, under which locks. */
export function modelRaceLines(race: ModelRace, evidence: Pick<Evidence, 'run'>, columns: number): string[] {
  return race.report.accesses.flatMap((access, index) => {
    const { side, value, locks } = race.sides[index] as ModelRace['sides'][0];
    const seen =
      value === null ? '' : access.type.startsWith('write') ? `, leaving ${value}` : `, reading ${value}`;
    const who = `${access.type} of ${access.size} bytes at ${access.address} by ${side.name} (${side.context}) on CPU ${side.cpu}${seen}:`;
    return [
      ...(index === 0 ? [] : ['']),
      ...wrapped(who, columns),
      ...stackLines(access.stack, evidence, columns),
      ...heldTexts(locks).flatMap((line) => wrapped(` ${line}`, columns)),
    ];
  });
}

/** Frames behind the harness's first left out. */
export function stackLines(
  stack: readonly StackFrame[],
  evidence: Pick<Evidence, 'run'>,
  columns: number,
): string[] {
  const harness = stack.findIndex(({ file }) => file !== null && isHarness(file, evidence));
  const shown = harness < 0 ? stack.slice(0, 8) : stack.slice(0, harness + 1);
  return [
    ...shown.flatMap((frame) => frameLines(frame, columns)),
    ...(shown.length < stack.length ? [' ...'] : []),
  ];
}

function frameLines(frame: StackFrame, columns: number): string[] {
  const line = ` ${formatFrame(frame)}`;
  if (line.length <= columns || frame.file === null) return [line];
  const place = `${frame.file}:${frame.line}${frame.inlined ? ' [inline]' : ''}`;
  return [` ${formatFrame({ ...frame, file: null, inlined: false })}`, `     ${place}`];
}

export function wrapped(text: string, columns: number): string[] {
  return fitted(printable(text), columns);
}

/** `line`, continued further in where it is too long. */
function fitted(line: string, columns: number): string[] {
  if (line.length <= columns) return [line];
  const blank = line.lastIndexOf(' ', columns);
  const cut = blank > 8 ? blank : columns;
  return [line.slice(0, cut), ...fitted(`     ${line.slice(cut).trimStart()}`, columns)];
}
