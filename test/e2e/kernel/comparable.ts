// What a report says whoever made it: without addresses and offsets into code, PIDs, the CPUs that a round came upon, the
// time, and the frames below the harness.
import type { RaceReport, StackFrame } from '../../../src/report/index.js';

export type ComparableReport = ReturnType<typeof comparable>;

export function comparable({ title, kind, unknownOrigin, accesses, valueChanged, reporter }: RaceReport) {
  return {
    title,
    kind,
    unknownOrigin,
    accesses: accesses.map(({ type, size, context, stack, reorderedTo }) => ({
      type,
      size,
      context: context.kind,
      stack: ofHarness(stack).map(place),
      reorderedTo: reorderedTo === undefined ? null : place(reorderedTo),
    })),
    valueChanged,
    reporter: { comm: reporter?.comm, taint: reporter?.taint, kernel: reporter?.kernel },
  };
}

/** The lines of both accesses, by which reports of one race are found. */
export function racingLines({ accesses }: RaceReport): string {
  return accesses.map(({ stack: [top] }) => `${top?.file}:${top?.line}`).join(' ');
}

/** Down to the harness: what runs it, on a kernel or on the model machine, is not of the race. */
function ofHarness(stack: readonly StackFrame[]): readonly StackFrame[] {
  const runner = stack.findIndex(({ file }) => file === 'lib/millrace/millrace_kernel.h');
  return runner < 0 ? stack : stack.slice(0, runner);
}

function place({ function: name, file, line, inlined, module }: StackFrame): string {
  return `${name} ${module ?? ''} ${file}:${line}${inlined ? ' [inline]' : ''}`;
}
