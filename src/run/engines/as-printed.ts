// Reports of the model engine as a kernel with the case built in prints them: where that has the harness, and the last
// line, which names the kernel and that KUnit tests ran on it (TAINT_TEST, kernel/panic.c and lib/kunit/test.c, v6.12).
import { basename } from 'node:path';
import type { Case } from '../../case/index.js';
import { harnessPath } from '../../kernel/index.js';
import type { KcsanRun } from '../../model/index.js';
import type { Access, RaceReport, StackFrame } from '../../report/index.js';
import type { Tree } from '../../tree/index.js';

export interface PrintedBy {
  readonly case: Pick<Case, 'name' | 'harness'>;
  readonly tree: Pick<Tree, 'version'>;
}

export function runAsPrinted(run: KcsanRun, by: PrintedBy): KcsanRun {
  return {
    ...run,
    tests: run.tests.map((test) => ({
      ...test,
      races: test.races.map((race) => ({ ...race, report: reportAsPrinted(race.report, by) })),
    })),
  };
}

export function reportAsPrinted(report: RaceReport, { case: theCase, tree }: PrintedBy): RaceReport {
  const { reporter, accesses } = report;
  const harness = basename(theCase.harness);
  const placed = (frame: StackFrame): StackFrame =>
    frame.file === harness ? { ...frame, file: harnessPath(theCase) } : frame;
  const access = ({ reorderedTo, ...rest }: Access): Access => ({
    ...rest,
    stack: rest.stack.map(placed),
    ...(reorderedTo === undefined ? {} : { reorderedTo: placed(reorderedTo) }),
  });
  return {
    ...report,
    accesses: accesses.map(access),
    reporter: reporter === null ? null : { ...reporter, kernel: tree.version, taint: 'Tainted: G N' },
  };
}
