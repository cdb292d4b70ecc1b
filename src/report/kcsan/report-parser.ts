// KCSAN's text to RaceReport (print_report(), kernel/kcsan/report.c, v6.12), a line at a time, with anything between
// the lines. Where CONFIG_PRINTK_CALLER tells who prints, reports are kept apart by it.
import type { ConsoleLine } from '../line-prefix.js';
import type { RaceReport } from '../race-report.js';
import { createLineReader } from '../stack/stack-frame.js';
import { createOpenReport, type OpenReport } from './open-report.js';
import { parseTitle } from './report-lines.js';

/** Reports that may be open at once; a kernel has one, since it holds a lock while it prints. */
const maxOpenReports = 64;

export interface ReportParser {
  /** Takes one line; true when it is part of a report. */
  push(line: ConsoleLine): boolean;
  /** Whether any report awaits further lines. */
  isOpen(): boolean;
  /** Hands on what is unfinished. */
  end(): void;
  /** Drops what is unfinished: lines of it are lost. */
  abandon(): void;
}

/** `onReport` gets each report when its last telling line was read, and an unfinished one when nothing can follow. */
export function createReportParser(onReport: (report: RaceReport) => void): ReportParser {
  // By caller, '' for lines without one; the one that got a line last is last.
  const open = new Map<string, OpenReport>();
  const frames = createLineReader();

  const close = (caller: string) => {
    const report = open.get(caller)?.finish();
    open.delete(caller);
    if (report !== undefined && report !== null) onReport(report);
  };

  const begin = (line: ConsoleLine): boolean => {
    const title = parseTitle(line.text);
    if (title === null) return false;
    const caller = line.caller ?? '';
    if (open.get(caller)?.repeatsTitle(title.title, line.time)) return true;
    close(caller);
    if (open.size >= maxOpenReports) {
      const [oldest] = open.keys();
      if (oldest !== undefined) close(oldest);
    }
    open.set(caller, createOpenReport(title, line, frames));
    return true;
  };

  const callerOf = (line: ConsoleLine): string | undefined => {
    if (line.caller !== null) return open.has(line.caller) ? line.caller : undefined;
    return open.has('') ? '' : [...open.keys()].at(-1);
  };

  return {
    push(line) {
      if (line.text.includes('KCSAN') && begin(line)) return true;
      if (open.size === 0) return false;
      const caller = callerOf(line);
      const report = caller === undefined ? undefined : open.get(caller);
      if (caller === undefined || report === undefined) return false;
      const taken = report.take(line);
      if (report.isComplete()) close(caller);
      else if (taken && open.size > 1) {
        open.delete(caller);
        open.set(caller, report);
      }
      return taken;
    },
    isOpen: () => open.size > 0,
    end() {
      for (const caller of [...open.keys()]) close(caller);
    },
    abandon: () => open.clear(),
  };
}
