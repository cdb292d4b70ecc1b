// Real reports, from mailing lists and test suites, against what their collector wrote down for each. The corpus lies
// beside the project and is not part of it.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Access, createConsoleReader, type RaceReport } from '../../src/report/index.js';

interface TrueAccess {
  readonly type: string;
  readonly address: string;
  readonly size: number;
  readonly context: string;
  readonly pid: number | null;
  readonly cpu: number;
  readonly top: string;
}
interface TrueReport {
  readonly title: string;
  readonly accesses: readonly TrueAccess[];
  readonly unknown_origin: boolean;
  readonly value_changed: readonly [string, string] | null;
}

const corpus = join(import.meta.dirname, '../../../shared/corpus/kcsan-reports');
const present = existsSync(join(corpus, 'truth.json'));
const truth: Record<string, { readonly reports: readonly TrueReport[] }> = present
  ? JSON.parse(readFileSync(join(corpus, 'truth.json'), 'utf8'))
  : {};

describe.skipIf(!present)('the corpus of real KCSAN reports', () => {
  for (const [name, { reports }] of Object.entries(truth)) {
    it(`${name} reads as ${reports[0]?.title ?? 'nothing'}`, () => {
      const text = readFileSync(join(corpus, name));
      expect(readReports(text).map(asTruth)).toEqual(reports.map((report) => unwrapped(report, text)));
    });

    it(`${name} reads the same a byte at a time`, () => {
      const text = readFileSync(join(corpus, name));
      expect(readReports(text, 1)).toEqual(readReports(text));
    });
  }
});

/**
 * Where a mailer wrapped the line of an access, the truth takes the first word of the wrapped rest (`of 4 bytes by
 * task 252 on cpu 1:`) for the first frame. There the first frame is the line that follows.
 */
function unwrapped(report: TrueReport, text: Buffer): TrueReport {
  const lines = text.toString('utf8').split('\n');
  const accesses = report.accesses.map((access) => {
    const at = lines.findIndex((line) =>
      new RegExp(`^${access.top} .*by (task|interrupt).* on cpu`).test(line),
    );
    if (at < 0) return access;
    const frame = lines
      .slice(at + 1)
      .find((line) => /\+0x[0-9a-f]+\/0x/.test(line) && line.includes(title(report)));
    return { ...access, top: /([\w.]+)\+0x/.exec(frame ?? '')?.[1] ?? access.top };
  });
  return { ...report, accesses };
}

function title(report: TrueReport): string {
  return /in (\w+)/.exec(report.title)?.[1] ?? '';
}

function asTruth(report: RaceReport): TrueReport {
  const { old, new: now } = report.valueChanged ?? { old: null, new: null };
  return {
    title: report.title,
    accesses: report.accesses.map(asTrueAccess),
    unknown_origin: report.unknownOrigin,
    value_changed: old === null || now === null ? null : [old, now],
  };
}

function asTrueAccess({ type, address, size, context, stack }: Access): TrueAccess {
  const { kind, pid, cpu } = context;
  return { type, address, size, context: kind, pid, cpu, top: stack[0]?.function ?? '' };
}

function readReports(text: Buffer, chunk = text.length): RaceReport[] {
  const reports: RaceReport[] = [];
  const reader = createConsoleReader({ onReport: (report) => reports.push(report) });
  for (let at = 0; at < text.length; at += chunk) reader.write(text.subarray(at, at + chunk));
  reader.end();
  return reports;
}
