// The kernel's reports other than data races, a line at a time, with anything between the lines. Where
// CONFIG_PRINTK_CALLER tells who prints, reports are kept apart by it.
import { type ConsoleLine, parsePrefix } from '../line-prefix.js';
import { continueStackFrame, createLineReader } from '../stack/stack-frame.js';
import type { KernelReport } from './kernel-report.js';
import { lineKinds } from './line-kinds.js';
import { ReportDraft } from './report-draft.js';
import { parseKernelTitle, type Title } from './titles.js';

/** Reports that may be open at once: one a CPU, since each prints under its caller's name. */
const maxOpenReports = 64;
/** A report is printed at one go; seconds of silence after which it is over. A stall waits for other CPUs' answers. */
const maxSilence = { stall: 30, hung: 30, other: 5 };
/** Lines of others, one after the other, after which a stack, and a report, are over. */
const maxStrangers = { stack: 12, report: 60 };
/** Lines of mail text, one after the other, after which a report that had time stamps is over. */
const maxProse = 3;
/** A mailer wraps what is longer, the prefixes not counted. */
const wrapWidth = 40;

export interface KernelReportParser {
  /** Takes one line; it may be another parser's as well. */
  push(line: ConsoleLine): void;
  isOpen(): boolean;
  /** Hands on what is unfinished. */
  end(): void;
}

interface Open {
  readonly draft: ReportDraft;
  lastTime: number | null;
  strangers: number;
  prose: number;
  /** The line before, for what a mailer wrapped. */
  previous: string;
}

/** `onReport` gets each report when its last line was read. */
export function createKernelReportParser(onReport: (report: KernelReport) => void): KernelReportParser {
  // By caller, '' for lines without one; the one that got a line last is last.
  const open = new Map<string, Open>();
  const readLine = createLineReader();

  const close = (caller: string) => {
    const report = open.get(caller);
    open.delete(caller);
    if (report !== undefined) onReport(report.draft.finish());
  };

  const begin = (caller: string, title: Title, line: ConsoleLine) => {
    close(caller);
    if (open.size >= maxOpenReports) close([...open.keys()][0] ?? '');
    const draft = new ReportDraft(title, line.time, readLine);
    open.set(caller, { draft, lastTime: line.time, strangers: 0, prose: 0, previous: line.text });
    takeKinds(draft, line.text);
  };

  /** The caller whose report a line is a part of. */
  const ownerOf = (line: ConsoleLine): string | undefined => {
    if (line.caller === null) return [...open.keys()].at(-1);
    if (open.has(line.caller)) return line.caller;
    // A stalled CPU prints its own stack when it is asked to.
    const stalled = [...open].findLast(([, { draft }]) => draft.family === 'stall');
    return stalled?.[0] ?? (open.has('') ? '' : undefined);
  };

  const take = (caller: string, report: Open, line: ConsoleLine) => {
    const { draft } = report;
    const limit = maxSilence[draft.family === 'stall' || draft.family === 'hung' ? draft.family : 'other'];
    if (line.time !== null && report.lastTime !== null && line.time - report.lastTime > limit) {
      close(caller);
      return;
    }
    report.lastTime = line.time ?? report.lastTime;
    const text = withoutMarkers(line.text);
    if (text.trim() === '') return;
    const known = takeText(report, text, line.time);
    report.previous = text;
    if (known) {
      report.strangers = 0;
      report.prose = 0;
    } else {
      draft.interruptStack();
      report.strangers += 1;
      if (line.time === null && draft.time !== null) report.prose += 1;
      if (report.strangers >= maxStrangers.stack) draft.closeStack();
    }
    if (draft.over || report.strangers >= maxStrangers.report || report.prose >= maxProse) close(caller);
  };

  return {
    push(line) {
      const title = parseKernelTitle(line.text);
      const own = line.caller ?? '';
      if (title !== null) {
        const caller = open.has(own) ? own : ownerOf(line);
        const report = caller === undefined ? undefined : open.get(caller);
        if (report === undefined || !joins(report.draft, title)) {
          if (line.caller === null && caller !== undefined) close(caller);
          begin(own, title, line);
          return;
        }
      }
      if (open.size === 0) return;
      const caller = ownerOf(line);
      const report = caller === undefined ? undefined : open.get(caller);
      if (caller !== undefined && report !== undefined) take(caller, report, line);
    },
    isOpen: () => open.size > 0,
    end() {
      for (const caller of [...open.keys()]) close(caller);
    },
  };
}

/** Whether the line of `title` goes on with the report that `draft` is; makes it the better title where it is one. */
function joins(draft: ReportDraft, title: Title): boolean {
  const { kind, family } = draft.title;
  if (title.family !== family) return false;
  if (family === 'hung') return true;
  const began = draft.hasStack;
  if (family !== 'warn') return title.kind === kind && draft.isFresh && !began;
  if (began) return false;
  const isGeneral = (which: string) => which === 'warning' || which === 'kernel-bug';
  // `refcount_t: ...` and the like come before the WARNING line or, on some architectures, after it.
  if (isGeneral(kind) && !isGeneral(title.kind)) draft.title = title;
  return isGeneral(title.kind) || isGeneral(kind) || (title.kind === kind && draft.isFresh);
}

/** True when the line is a part of the report. */
function takeText(report: Open, text: string, time: number | null): boolean {
  const { draft, previous } = report;
  if (draft.awaitsPlace) {
    if (takePlace(draft, text)) return true;
    draft.awaitsPlace = false;
  }
  // Most lines are frames, and no other line has an offset first.
  if (takeKinds(draft, text) || draft.takeFrame(text)) return true;
  const unstamped = time === null;
  const wrapped = previous.length + text.length > wrapWidth && (unstamped || draft.time === null);
  return wrapped && takeKinds(draft, `${previous.trimEnd()} ${text.trimStart()}`);
}

// x86 until v4.9 has frames behind the marker of another stack, with a stamp of their own.
const markers = /^\s*(?:<\/?(?:IRQ|NMI|EOI|TASK|SOFTIRQ|<?EOE>?|#\w+)>\s*)+(?=\S)/;

function withoutMarkers(text: string): string {
  return text.includes('<') && markers.test(text) ? parsePrefix(text.replace(markers, ' ')).text : text;
}

/** What was wrapped after `at:`, or behind the function that followed it. */
function takePlace(draft: ReportDraft, text: string): boolean {
  const lock = draft.locks.at(-1);
  if (lock === undefined || draft.inStack || /^\s*#\d|\)\{/.test(text)) return false;
  const rest = text.replace(/^\s*at:/, '');
  const frame =
    lock.frame === null
      ? /\+0x|:\d+|^\s*at:/.test(text)
        ? draft.frameIn(rest)
        : null
      : continueStackFrame(lock.frame, text);
  if (frame === null) return false;
  lock.frame = frame;
  lock.at = frame.function;
  return true;
}

function takeKinds(draft: ReportDraft, text: string): boolean {
  for (const { pattern, take } of lineKinds) {
    const match = pattern.exec(text);
    if (match === null) continue;
    if (take(draft, match, text) !== false) return true;
  }
  return false;
}
