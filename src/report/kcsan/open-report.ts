// A KCSAN report of which more lines may come: title, access, stack, access, stack, values, reporter. What a line does
// is a table of line kinds, of which the first that the line is one of decides.
import type { ConsoleLine } from '../line-prefix.js';
import type { Access, RaceReport, Reporter, StackFrame, ValueChange } from '../race-report.js';
import { createStackBuilder, type StackBuilder } from '../stack/stack-builder.js';
import type { StackLine } from '../stack/stack-frame.js';
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

type Section = 'head' | 'stack' | 'values' | 'reporter';

interface DraftAccess {
  readonly header: AccessHeader;
  readonly builder: StackBuilder;
  reorderedTo: StackFrame | undefined;
}

interface Draft {
  readonly readLine: (text: string) => StackLine | null;
  readonly accesses: DraftAccess[];
  section: Section;
  inOtherMessage: boolean;
  values: ValueChange | null;
  reporter: Reporter | null;
  complete: boolean;
  // A doubled log is known by lines that no kernel repeats; only then is a repeated frame not a recursion.
  doubled: boolean;
}

interface LineKind {
  readonly name: string;
  readonly within: readonly Section[];
  /** Undefined when the line is not of this kind; else whether it is part of the report. */
  readonly take: (draft: Draft, text: string) => boolean | undefined;
}

// Another message begins, and with it stacks that are not the report's; or a patch does.
const otherMessage =
  /^\s*(?:Call [Tt]race:|RIP: |WARNING: |BUG: (?!KCSAN)|INFO: (?!lockdep is turned off)|Oops|-{8,}\[ cut here|CPU: \d+ |Kernel panic|Modules linked in:|rcu: INFO|backtrace:)|^(?:@@ -\d|diff --git |--- [\w/]|-- ?$)/;

const lineKinds: readonly LineKind[] = [
  {
    name: 'header',
    within: ['head', 'stack', 'values', 'reporter'],
    take: (draft, text) => {
      const header = parseAccessHeader(text);
      return header === null ? undefined : addHeader(draft, header);
    },
  },
  {
    name: 'reported by',
    within: ['stack', 'values'],
    take: (draft, text) => {
      if (!isReportedBy(text)) return undefined;
      draft.section = 'reporter';
      return true;
    },
  },
  {
    name: 'value changed',
    within: ['stack', 'values'],
    take: (draft, text) => {
      const changed = parseValueChange(text);
      if (changed === null) return undefined;
      draft.values ??= { ...changed, mask: null };
      draft.section = 'values';
      return true;
    },
  },
  {
    name: 'bits changed',
    within: ['stack', 'values'],
    take: (draft, text) => {
      const mask = parseMask(text);
      if (mask === null) return undefined;
      draft.values = { old: draft.values?.old ?? null, new: draft.values?.new ?? null, mask };
      draft.section = 'values';
      return true;
    },
  },
  {
    name: 'rule',
    within: ['reporter'],
    take: (draft, text) => {
      if (!isRule(text)) return undefined;
      draft.complete = true;
      return true;
    },
  },
  { name: 'reporter', within: ['reporter'], take: takeReporter },
  {
    name: 'reordered',
    within: ['stack'],
    take: (draft, text) => {
      const reordered = /^\s*\+-> reordered to: (.*)$/.exec(text);
      const access = draft.accesses.at(-1);
      if (reordered === null || access === undefined || draft.inOtherMessage) return undefined;
      access.reorderedTo = draft.readLine(` ${reordered[1]}`)?.frame ?? undefined;
      return true;
    },
  },
  { name: 'frame', within: ['stack'], take: takeFrame },
  {
    name: 'other',
    within: ['stack'],
    take: (draft, text) => {
      if (otherMessage.test(text)) draft.inOtherMessage = true;
      if (text.trim() !== '') draft.accesses.at(-1)?.builder.interrupt();
      return false;
    },
  },
];

function takeText(draft: Draft, text: string): boolean {
  for (const { within, take } of lineKinds) {
    const taken = within.includes(draft.section) ? take(draft, text) : undefined;
    if (taken !== undefined) return taken;
  }
  return false;
}

function addHeader(draft: Draft, header: AccessHeader): boolean {
  const { accesses, section } = draft;
  const last = accesses.at(-1);
  if (last !== undefined && last.builder.frames.length === 0 && sameHeader(last.header, header)) {
    draft.doubled = true;
    return true;
  }
  const room = accesses[0]?.header.unknownOrigin ? 1 : 2;
  if (accesses.length >= room || section === 'values' || section === 'reporter') {
    // A third access is the next report's, whose title was lost.
    draft.complete = true;
    return false;
  }
  accesses.push({ header, builder: createStackBuilder(draft.readLine, 'among'), reorderedTo: undefined });
  draft.section = 'stack';
  draft.inOtherMessage = false;
  return true;
}

function takeFrame(draft: Draft, text: string): true | undefined {
  if (draft.inOtherMessage) return undefined;
  return draft.accesses.at(-1)?.builder.take(text) ? true : undefined;
}

function takeReporter(draft: Draft, text: string): boolean {
  const { reporter } = draft;
  if (reporter === null) {
    const found = parseReporter(text);
    if (found === null) return false;
    draft.reporter = found.reporter;
    draft.complete = found.whole;
    return true;
  }
  // The CPU line was wrapped before the kernel's release.
  const [kernel] = text.trim().split(' ', 1);
  if (/^\s*(?:Hardware name|Workqueue|CPU):/.test(text) || !kernel) return true;
  draft.reporter = reporter.taint === null ? wrappedReporter(reporter, text) : { ...reporter, kernel };
  draft.complete = true;
  return true;
}

/** `readLine` reads a stack line, as parseStackLine() does. */
export function createOpenReport(
  title: Title,
  titleLine: ConsoleLine,
  readLine: (text: string) => StackLine | null,
): OpenReport {
  const draft: Draft = {
    readLine,
    accesses: [],
    section: 'head',
    inOtherMessage: false,
    values: null,
    reporter: null,
    complete: false,
    doubled: false,
  };
  let wrapped: { text: string; age: number } | null = null;
  let previousLine = '';

  /** What the parts of a wrapped line are together; undefined while the line is none. */
  const takeJoined = (text: string): boolean | undefined => {
    if (wrapped !== null) {
      const joined = `${wrapped.text.trimEnd()} ${text.trimStart()}`;
      if (isWrapped(joined)) {
        wrapped = { ...wrapped, text: joined };
        return true;
      }
      if (takesWrapped(joined)) {
        wrapped = null;
        return takeText(draft, joined);
      }
      if (++wrapped.age > maxLinesWithin) wrapped = null;
    }
    if (draft.section === 'reporter' || text === '' || !isWrapped(text)) return undefined;
    wrapped = { text, age: 0 };
    return true;
  };

  return {
    take(line) {
      const text = title.prefix === '' ? line.text : withoutPrefix(line.text, title.prefix);
      if (draft.doubled && text === previousLine && text.trim() !== '') {
        previousLine = '';
        return true;
      }
      previousLine = text;
      const isFrame =
        draft.section === 'stack' && wrapped === null && text.includes('+0x') && !text.includes(' to 0x');
      if (isFrame && takeFrame(draft, text)) return true;
      return takeJoined(text) ?? takeText(draft, text);
    },
    isComplete: () => draft.complete,
    repeatsTitle(other, time) {
      if (draft.accesses.length > 0 || other !== title.title || time !== titleLine.time) return false;
      draft.doubled = true;
      return true;
    },
    finish() {
      const { accesses, values, reporter } = draft;
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

function toAccess({ header, builder, reorderedTo }: DraftAccess): Access {
  const { type, address, size, context } = header;
  const stack = builder.frames;
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
