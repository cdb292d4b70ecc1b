// A KCSAN report of which more lines may come: title, access, stack, access, stack, values, reporter.
import type { ConsoleLine } from '../line-prefix.js';
import type { Access, RaceReport, Reporter, StackFrame, ValueChange } from '../race-report.js';
import {
  type AccessHeader,
  isReportedBy,
  isRule,
  isWrapped,
  parseAccessHeader,
  parseMask,
  parseReporter,
  parseValueChange,
  type Title,
  withoutPrefix,
} from './report-lines.js';
import { continueStackFrame } from './stack-frame.js';

/** KCSAN prints at most 64 frames (NUM_STACK_ENTRIES); symbolising adds inlined ones. */
const maxFrames = 512;
/** Lines of others that may stand between the parts of a wrapped line. */
const maxLinesWithin = 8;

export interface OpenReport {
  /** Takes a line; true when it is part of the report. */
  take(line: ConsoleLine): boolean;
  /** Whether everything that a report tells was read. */
  isComplete(): boolean;
  /** Whether `title` is this report's title once more: a console on two ports prints each line twice. */
  repeatsTitle(title: string, time: number | null): boolean;
  /** What was read; null when it was a mention of a report alone. */
  finish(): RaceReport | null;
}

interface DraftAccess {
  readonly header: AccessHeader;
  readonly stack: StackFrame[];
  reorderedTo: StackFrame | undefined;
}

// Another message begins, and with it stacks that are not the report's.
const otherMessage =
  /^\s*(?:Call [Tt]race:|RIP: |WARNING: |BUG: (?!KCSAN)|INFO: (?!lockdep is turned off)|Oops|-{8,}\[ cut here|CPU: \d+ |Kernel panic|Modules linked in:|rcu: INFO|backtrace:)/;

/** `readFrame` reads a stack line, as parseStackFrame() does. */
export function createOpenReport(
  title: Title,
  titleLine: ConsoleLine,
  readFrame: (text: string) => StackFrame | null,
): OpenReport {
  const accesses: DraftAccess[] = [];
  let section: 'head' | 'stack' | 'values' | 'reporter' = 'head';
  let inOtherMessage = false;
  let values: ValueChange | null = null;
  let reporter: Reporter | null = null;
  let complete = false;
  let wrapped: { text: string; age: number } | null = null;
  // A doubled log is known by lines that no kernel repeats; only then is a repeated frame not a recursion.
  let doubled = false;
  let previousLine = '';

  const addHeader = (header: AccessHeader): boolean => {
    const last = accesses.at(-1);
    if (last !== undefined && last.stack.length === 0 && sameHeader(last.header, header)) {
      doubled = true;
      return true;
    }
    const room = accesses[0]?.header.unknownOrigin ? 1 : 2;
    if (accesses.length >= room || section === 'values' || section === 'reporter') {
      // A third access is the next report's, whose title was lost.
      complete = true;
      return false;
    }
    accesses.push({ header, stack: [], reorderedTo: undefined });
    section = 'stack';
    inOtherMessage = false;
    return true;
  };

  const takeFrame = (text: string): boolean => {
    const access = accesses.at(-1);
    if (access === undefined || inOtherMessage) return false;
    const reordered = /^\s*\+-> reordered to: (.*)$/.exec(text);
    if (reordered !== null) {
      access.reorderedTo = readFrame(` ${reordered[1]}`) ?? undefined;
      return true;
    }
    const last = access.stack.at(-1);
    const continued = last === undefined ? null : continueStackFrame(last, text);
    if (continued !== null) {
      access.stack[access.stack.length - 1] = continued;
      return true;
    }
    const frame = readFrame(text);
    if (frame === null) return false;
    if (access.stack.length < maxFrames) access.stack.push(frame);
    return true;
  };

  const takeReporter = (text: string): boolean => {
    if (isRule(text)) {
      complete = true;
      return true;
    }
    if (reporter !== null) {
      // The CPU line was wrapped before the kernel's release.
      const [kernel] = text.trim().split(' ', 1);
      if (/^\s*(?:Hardware name|Workqueue|CPU):/.test(text) || !kernel) return true;
      reporter = reporter.taint === null ? wrappedReporter(reporter, text) : { ...reporter, kernel };
      complete = true;
      return true;
    }
    const found = parseReporter(text);
    if (found === null) return false;
    reporter = found.reporter;
    complete = found.whole;
    return true;
  };

  const takeText = (text: string): boolean => {
    const header = parseAccessHeader(text);
    if (header !== null) return addHeader(header);
    if (accesses.length > 0 && section !== 'reporter') {
      if (isReportedBy(text)) {
        section = 'reporter';
        return true;
      }
      const changed = parseValueChange(text);
      if (changed !== null) {
        values ??= { ...changed, mask: null };
        section = 'values';
        return true;
      }
      const mask = parseMask(text);
      if (mask !== null) {
        values = { old: values?.old ?? null, new: values?.new ?? null, mask };
        section = 'values';
        return true;
      }
    }
    if (section === 'reporter') return takeReporter(text);
    if (section === 'stack') {
      if (takeFrame(text)) return true;
      if (otherMessage.test(text)) inOtherMessage = true;
    }
    return false;
  };

  return {
    take(line) {
      const text = title.prefix === '' ? line.text : withoutPrefix(line.text, title.prefix);
      if (doubled && text === previousLine && text.trim() !== '') {
        previousLine = '';
        return true;
      }
      previousLine = text;
      const isFrame =
        section === 'stack' && wrapped === null && text.includes('+0x') && !text.includes(' to 0x');
      if (isFrame && takeFrame(text)) return true;
      if (wrapped !== null) {
        const joined = `${wrapped.text.trimEnd()} ${text.trimStart()}`;
        if (isWrapped(joined)) {
          wrapped = { ...wrapped, text: joined };
          return true;
        }
        if (takesWrapped(joined)) {
          wrapped = null;
          return takeText(joined);
        }
        if (++wrapped.age > maxLinesWithin) wrapped = null;
      }
      if (section !== 'reporter' && text !== '' && isWrapped(text)) {
        wrapped = { text, age: 0 };
        return true;
      }
      return takeText(text);
    },
    isComplete: () => complete,
    repeatsTitle(other, time) {
      if (accesses.length > 0 || other !== title.title || time !== titleLine.time) return false;
      doubled = true;
      return true;
    },
    finish() {
      if (accesses.length === 0 && title.prefix !== '') return null;
      return {
        title: title.title,
        kind: title.title.startsWith('assert') ? 'assert' : 'data-race',
        unknownOrigin:
          accesses[0]?.header.unknownOrigin ?? /^[^/]*\+0x[0-9a-f]+\/0x[0-9a-f]+/.test(title.title),
        accesses: accesses.map(toAccess),
        valueChanged: values,
        time: titleLine.time,
        reporter,
      };
    },
  };
}

function toAccess({ header, stack, reorderedTo }: DraftAccess): Access {
  const { type, address, size, context } = header;
  return { type, address, size, context, stack, ...(reorderedTo === undefined ? {} : { reorderedTo }) };
}

function sameHeader(a: AccessHeader, b: AccessHeader): boolean {
  return (
    a.type === b.type &&
    a.address === b.address &&
    a.size === b.size &&
    a.context.kind === b.context.kind &&
    a.context.pid === b.context.pid &&
    a.context.cpu === b.context.cpu
  );
}

function takesWrapped(text: string): boolean {
  return parseAccessHeader(text) !== null || parseValueChange(text) !== null || parseMask(text) !== null;
}

/** A CPU line that was wrapped within the command's name or before the taint flags. */
function wrappedReporter(reporter: Reporter, rest: string): Reporter {
  const whole = parseReporter(
    `CPU: ${reporter.cpu ?? 0} PID: ${reporter.pid ?? 0} Comm: ${reporter.comm ?? ''} ${rest.trim()}`,
  );
  return whole?.whole ? whole.reporter : reporter;
}
