// A console as it comes, to events: KCSAN reports, KTAP results, other troubles. In constant memory whatever the input:
// lines, reports in the making, diagnostics and troubles all have limits. Most lines of a console can matter to nobody
// and are passed over after one look.
import { createLineSplitter, ownText } from './console-lines.js';
import { type Damage, maxDamageText } from './damage.js';
import { unwrappedLines } from './json-line.js';
import { createReportParser } from './kcsan/report-parser.js';
import { createKernelReportParser } from './kernel/kernel-parser.js';
import type { KernelReport } from './kernel/kernel-report.js';
import { createKtapParser } from './ktap-parser.js';
import { type ConsoleLine, parsePrefix } from './line-prefix.js';
import type { RaceReport } from './race-report.js';
import type { MissingResults, TestResult } from './test-result.js';
import type { Trouble } from './trouble.js';
import { createTroubleParser } from './trouble-parser.js';

export interface ConsoleHandlers {
  readonly onReport?: (report: RaceReport) => void;
  /** What else the kernel reports: KASAN, lockdep, hung tasks and so on, each by its kind. */
  readonly onKernelReport?: (report: KernelReport) => void;
  /** Test cases come before the suite that they are in. */
  readonly onTest?: (result: TestResult) => void;
  readonly onTrouble?: (trouble: Trouble) => void;
  /** Something is lost or mangled there. */
  readonly onDamage?: (damage: Damage) => void;
  /** A plan of KTAP ended with fewer results than it announced. */
  readonly onMissing?: (missing: MissingResults) => void;
  /** A KTAP document begins. `time` in seconds since boot, where the console has stamps. */
  readonly onKtapStart?: (time: number | null) => void;
  /** All tests that the KTAP document announced have a result. */
  readonly onKtapEnd?: (time: number | null) => void;
}

export interface ConsoleReader {
  /** Takes the next bytes; may call handlers. Strings count as UTF-8. */
  write(chunk: Uint8Array | string): void;
  /** Bytes that stood here cannot be trusted: what they might belong to is given up. */
  lose(): void;
  /** The console ended: hands on what is unfinished. */
  end(): void;
}

// Anything that begins a report, a trouble or a KTAP document; every other line can only go on with one.
const beginning =
  /BUG: |BUG at |WARNING: |KCSAN|TAP version|# Subtest|cut here|INFO: |rcu_|UBSAN|LOCKUP|Kernel panic|Oops|Unable to handle|Internal error|refcount_t|ODEBUG|list_(?:add|del)|general protection|divide error|invalid opcode|double fault|stack segment|DEBUG_LOCKS|chain hlocks|messages dropped|"MESSAGE" ?: ?\[/;
// console_prepend_dropped(), kernel/printk/printk.c, v6.12.
const dropped = /^\*\* \d+ printk messages dropped \*\*/;
const ktapLine = /ok \d|# |1\.\.\d|TAP version| {4}\S|\t\S/;

/** Reads a console incrementally, for a live one and for a file alike. */
export function createConsoleReader(handlers: ConsoleHandlers): ConsoleReader {
  let lastTime: number | null = null;
  const reports = createReportParser((report) => handlers.onReport?.(report));
  const kernelReports =
    handlers.onKernelReport === undefined ? null : createKernelReportParser(handlers.onKernelReport);
  const troubles = createTroubleParser((trouble) => handlers.onTrouble?.(trouble));
  const ktap = createKtapParser({
    onTest: (result) => handlers.onTest?.(result),
    onDamage: (damage) => handlers.onDamage?.(damage),
    onMissing: (missing) => handlers.onMissing?.(missing),
    onStart: (time) => handlers.onKtapStart?.(time),
    onEnd: (time) => handlers.onKtapEnd?.(time),
  });

  const take = (line: ConsoleLine) => {
    lastTime = line.time ?? lastTime;
    if (dropped.test(line.text))
      handlers.onDamage?.({ kind: 'dropped', text: line.text.slice(0, maxDamageText), time: lastTime });
    if (reports.push(line)) {
      troubles.end(line.caller ?? '');
      return;
    }
    if (ktap.push(line)) return;
    kernelReports?.push(line);
    troubles.push(line);
  };

  const onLine = (raw: string) => {
    const busy = reports.isOpen() || troubles.isOpen() || kernelReports?.isOpen() || ktap.awaitsMore();
    if (!busy && !beginning.test(raw) && !(ktap.isOpen() && ktapLine.test(raw))) return;
    const text = ownText(raw);
    for (const part of unwrappedLines(text) ?? [text]) takeMessage(part);
  };

  const takeMessage = (wrapped: string) => {
    const text = entity.test(wrapped) ? wrapped.replace(entities, entityText) : wrapped;
    // rsyslog writes a line end within a message so.
    for (const part of text.includes('#012') ? text.split('#012') : [text]) takePart(part);
  };

  const takePart = (text: string) => {
    const line = parsePrefix(text);
    take(line.text.includes('BUG: ') ? withLateStamp(line) : line);
  };

  const lines = createLineSplitter(onLine);
  return {
    write: (chunk) => lines.write(chunk),
    lose() {
      lines.end();
      reports.abandon();
    },
    end() {
      lines.end();
      reports.end();
      ktap.end(lastTime);
      kernelReports?.end();
      troubles.end(null);
    },
  };
}

// What a page's or an HTML mail's source has for these; no message of the kernel's has them with a semicolon.
const entity = /&(?:[gl]t|amp|quot|apos|nbsp|#\d{2,5}|#x[0-9a-f]{2,4});/i;
const entities = new RegExp(entity, 'gi');
const named: Readonly<Record<string, string>> = {
  '&gt;': '>',
  '&lt;': '<',
  '&amp;': '&',
  '&quot;': '"',
  '&apos;': "'",
  '&nbsp;': ' ',
};

function entityText(text: string): string {
  const known = named[text.toLowerCase()];
  if (known !== undefined) return known;
  const code = /^&#x/i.test(text) ? Number.parseInt(text.slice(3), 16) : Number.parseInt(text.slice(2), 10);
  // Controls stay as they are written.
  return code < 0x20 || (code >= 0x7f && code < 0xa0) ? text : String.fromCharCode(code);
}

/** User space may leave its line unfinished, so that the kernel's message begins in the middle of it. */
function withLateStamp(line: ConsoleLine): ConsoleLine {
  const at = line.text.search(/\[ *\d+\.\d+\](?:\[ *[TC]\d+\])? BUG: /);
  return at <= 0 ? line : parsePrefix(line.text.slice(at));
}
