// A RaceReport as KCSAN prints it (print_report(), kernel/kcsan/report.c, v6.12), so that every tool that reads kernel
// logs can read a report of ours. Symbolised frames follow syzbot's way: ` function+0x1/0x2 path:line`.
import type { Access, RaceReport, Reporter, StackFrame, ValueChange } from './race-report.js';

const rule = '='.repeat(66);

/** Console text, with a line end after each line; what the report does not know is left out. */
export function formatRaceReport(report: RaceReport): string {
  const lines = [rule, `BUG: KCSAN: ${report.title}`];
  for (const access of report.accesses) {
    lines.push(
      '',
      formatAccess(access, report.unknownOrigin),
      ...access.stack.map((frame) => ` ${formatFrame(frame)}`),
    );
    if (access.reorderedTo) lines.push('  |', `  +-> reordered to: ${formatFrame(access.reorderedTo)}`);
  }
  const size = report.accesses.at(-1)?.size ?? 8;
  if (report.valueChanged) lines.push('', ...formatValues(report.valueChanged, size));
  lines.push('', 'Reported by Kernel Concurrency Sanitizer on:', ...formatReporter(report.reporter), rule);
  return `${lines.join('\n')}\n`;
}

/** `write to 0x.. of 4 bytes by task 12 on cpu 3:`. */
export function formatAccess(access: Access, unknownOrigin = false): string {
  const { type, address, size, context } = access;
  const who = context.kind === 'task' ? `task ${context.pid}` : 'interrupt';
  const origin = unknownOrigin ? 'race at unknown origin, with ' : '';
  return `${origin}${type} to ${address} of ${size} bytes by ${who} on cpu ${context.cpu}:`;
}

/** `function+0x1a/0x40 [module] path:line`, or `function path:line [inline]`, without indentation. */
export function formatFrame(frame: StackFrame): string {
  const hasOffset = frame.offset !== null && frame.size !== null;
  return [
    frame.function + (hasOffset ? `+0x${frame.offset.toString(16)}/0x${frame.size.toString(16)}` : ''),
    frame.module === null ? '' : `[${frame.module}]`,
    frame.file === null || frame.line === null ? '' : `${frame.file}:${frame.line}`,
    frame.inlined ? '[inline]' : '',
  ]
    .filter((part) => part !== '')
    .join(' ');
}

function formatValues({ old, new: now, mask }: ValueChange, size: number): string[] {
  const lines = old !== null && now !== null ? [`value changed: ${old} -> ${now}`] : [];
  if (mask !== null && old !== null && now !== null) {
    const bits = (BigInt(old) ^ BigInt(now)) & BigInt(mask);
    lines.push(` bits changed: 0x${bits.toString(16).padStart(size * 2, '0')} with mask ${mask}`);
  }
  return lines;
}

function formatReporter(reporter: Reporter | null): string[] {
  if (reporter === null || reporter.cpu === null || reporter.pid === null) return [];
  const { cpu, pid, comm, taint, kernel } = reporter;
  const rest = [comm, taint, kernel].filter((part) => typeof part === 'string' && part !== '');
  return [`CPU: ${cpu} PID: ${pid} Comm: ${rest.join(' ')}`];
}
