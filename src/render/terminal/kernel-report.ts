// One of the kernel's reports other than data races on the terminal: what was accessed, the object, stacks, locks.
import type { KernelReport, ReportLock, ReportStack, StackFrame } from '../../report/index.js';
import { frameText, stackLines } from './race.js';
import { type Palette, paletteFor, printable, type TerminalOptions, wrapLines } from './text.js';

export interface KernelReportOptions extends TerminalOptions {
  /** Frames of a stack that are shown, innermost first. */
  readonly maxFrames: number;
}

/** Held locks of other tasks are many in a hung system. */
const maxLocks = 24;
const indent = { first: 2, rest: 4 };

// What reports, and what keeps account of the heap: mm/kasan/, lib/dump_stack.c, kernel/panic.c, v4.19 to v6.12.
const reportingFrame =
  /^(?:__?dump_stack(?:_lvl)?|dump_stack(?:_lvl)?|dump_backtrace|show_stack|unwind_backtrace|print_address_description|print_report|kasan_\w+|__kasan_\w+|____kasan_\w+|__asan_\w+|poison_\w+|set_alloc_info|save_stack(?:_trace)?|kasan_save_stack|__warn\w*|report_bug|handle_bug|refcount_warn_saturate|debug_print_object|print_circular_bug|check_noncircular|check_prevs?_add|validate_chain|__lock_acquire|lock_acquire|print_usage_bug|print_deadlock_bug|lockdep_rcu_suspicious|__+might_(?:sleep|resched)|__schedule_bug)(?:\..*)?$/;

/** Several lines, the title first, none longer than `options.columns`, without a line end behind the last. */
export function renderKernelReport(report: KernelReport, options: KernelReportOptions): string {
  const colours = paletteFor(options);
  const say = (text: string) => wrapLines(printable(text), options.columns, indent);
  const lines = say(report.title);
  for (const fact of factsOf(report)) lines.push(...say(fact));
  for (const stack of report.stacks) lines.push(...stackOf(stack, options, colours));
  lines.push(...locksOf(report.locks, options, colours));
  if (report.stacks.length === 0) lines.push(...say('(no stack)'));
  return lines.join('\n');
}

function factsOf(report: KernelReport): string[] {
  const { access, object, odebug, ip, reporter } = report;
  const who = whereText(access ?? report.where);
  const facts: string[] = [];
  if (access === null) facts.push(who);
  else
    facts.push(
      [
        access.type ?? 'access',
        access.size === null ? '' : `of ${access.size} ${access.size === 1 ? 'byte' : 'bytes'}`,
        access.address === null ? '' : `at 0x${access.address}`,
        who,
      ]
        .filter((part) => part !== '')
        .join(' '),
    );
  if (object !== null) {
    const { cache, size, offset, where } = object;
    const side = where === 'left' ? 'before' : where === 'right' ? 'behind' : 'into';
    const at = offset === null ? '' : `${offset} bytes ${side} `;
    facts.push(`${at}an object of ${size ?? '?'} bytes from cache ${cache ?? '?'}`);
  }
  if (odebug !== null) facts.push(`${odebug.what}: ${odebug.object_type}, ${odebug.hint ?? 'no hint'}`);
  if (ip !== null) facts.push(`at ${frameText(ip)}`);
  if (reporter?.kernel != null) facts.push(`kernel ${reporter.kernel}`);
  return facts.filter((fact) => fact !== '');
}

function whereText({ task, pid, cpu }: KernelReport['where']): string {
  const by =
    task === null ? (pid === null ? '' : `by pid ${pid}`) : `by ${task}${pid === null ? '' : `/${pid}`}`;
  return [by, cpu === null ? '' : `on cpu ${cpu}`].filter((part) => part !== '').join(' ');
}

function stackOf(stack: ReportStack, options: KernelReportOptions, colours: Palette): string[] {
  const by =
    stack.task === null ? (stack.pid === null ? '' : ` by pid ${stack.pid}`) : ` ${stack.task}/${stack.pid}`;
  const lines = wrapLines(colours.cyan(printable(`${stack.label}${by}`)), options.columns, indent);
  return [...lines, ...stackLines(withoutReporting(stack.stack), options.maxFrames, options, colours)];
}

/** From the first frame on that is not the report's own machinery; all where there is no other. */
function withoutReporting(stack: readonly StackFrame[]): readonly StackFrame[] {
  const first = stack.findIndex((frame) => !reportingFrame.test(frame.function));
  return first < 0 ? stack : stack.slice(first);
}

function locksOf(locks: readonly ReportLock[], options: KernelReportOptions, colours: Palette): string[] {
  if (locks.length === 0) return [];
  const lines = wrapLines(colours.cyan('locks'), options.columns, indent);
  for (const { name, how, frame, by } of locks.slice(0, maxLocks)) {
    const at = frame === null ? '' : ` at ${frameText(frame)}`;
    const text = printable(`${how} ${name}${by === null ? '' : ` by ${by}`}${at}`);
    lines.push(...wrapLines(text, options.columns, { first: 4, rest: 8 }));
  }
  if (locks.length > maxLocks)
    lines.push(
      ...wrapLines(`... ${locks.length - maxLocks} more locks`, options.columns, { first: 4, rest: 8 }),
    );
  return lines;
}
