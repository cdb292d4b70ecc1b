// The lines of a KCSAN report other than stack frames, as print_report() prints them (kernel/kcsan/report.c, v6.12,
// back to the first patches of 2019, whose reports of unknown origin read `racing read in`).
import type { AccessContext, Reporter } from '../race-report.js';

export interface Title {
  /** Without `BUG: KCSAN: `. */
  readonly title: string;
  /** What stands before it on its line: a harness's prefix, then the report's other lines have it too, or prose. */
  readonly prefix: string;
}

export interface AccessHeader {
  readonly unknownOrigin: boolean;
  readonly type: string;
  readonly address: string;
  readonly size: number;
  readonly context: AccessContext;
}

const marker = 'BUG: KCSAN: ';
const maxTitleLength = 1024;
const wellFormedTitle =
  /^(?:data-race|assert: race|racing [a-z-]+) in \S+(?: \[[\w-]+\])?(?: \/ \S+(?: \[[\w-]+\])?)?$/;

/** `BUG: KCSAN: data-race in a / b`. */
export function parseTitle(text: string): Title | null {
  const at = text.indexOf(marker);
  if (at < 0) return null;
  const title = text.slice(at + marker.length, at + marker.length + maxTitleLength).trim();
  if (title === '') return null;
  const prefix = text.slice(0, at);
  if (prefix.trim() === '') return { title, prefix: '' };
  return wellFormedTitle.test(title) ? { title, prefix } : null;
}

/** Takes `prefix` off `text`, whatever its digits: harnesses number and date their lines. */
export function withoutPrefix(text: string, prefix: string): string {
  const start = text.slice(0, prefix.length);
  if (start === prefix) return text.slice(prefix.length);
  // The line end's own blanks may be gone from an empty line.
  const padded = start.padEnd(prefix.length);
  return maskDigits(padded) === maskDigits(prefix) ? text.slice(prefix.length) : text;
}

function maskDigits(text: string): string {
  return text.replace(/\d/g, '0');
}

// get_access_type(); `(scoped)` is what `(reordered)` was called before v5.17.
const type = String.raw`(?:read-write|read|write|assert no (?:accesses|writes))(?: \([a-z]+(?:, [a-z]+)*\))?`;
const header = new RegExp(
  String.raw`^\s*(race at unknown origin, with )?(${type}) to (0x[0-9a-f]{1,16}) of (\d{1,10}) bytes?` +
    String.raw` by (?:task (-?\d{1,10})|interrupt) on cpu (\d{1,6}):?\s*$`,
  'i',
);
// Every way in which a header can be broken off between two words.
const headerStart = new RegExp(
  String.raw`^\s*(?:race(?: at(?: unknown(?: origin,(?: with)?)?)?)?|(?:race at unknown origin, with )?(?:assert(?: no)?|${type}` +
    String.raw`(?: to(?: 0x[0-9a-f]+(?: of(?: \d+(?: bytes?(?: by(?: (?:interrupt|task(?: \d+)?)(?: on(?: cpu)?)?)?)?)?)?)?)?)?))$`,
  'i',
);

/** `write to 0x.. of 4 bytes by task 12 on cpu 3:`, with or without `race at unknown origin, with `. */
export function parseAccessHeader(text: string): AccessHeader | null {
  const match = header.exec(text);
  if (match === null) return null;
  const [, origin, type = '', address = '', size, pid, cpu] = match;
  return {
    unknownOrigin: origin !== undefined,
    type,
    address,
    size: Number(size),
    context:
      pid === undefined
        ? { kind: 'interrupt', pid: null, cpu: Number(cpu) }
        : { kind: 'task', pid: Number(pid), cpu: Number(cpu) },
  };
}

/** `value changed: 0x.. -> 0x..`. */
export function parseValueChange(text: string): { old: string; new: string } | null {
  const match = /^\s*value changed: (0x[0-9a-f]{1,16}) -> (0x[0-9a-f]{1,16})\s*$/i.exec(text);
  return match === null ? null : { old: match[1] ?? '', new: match[2] ?? '' };
}

/** ` bits changed: 0x.. with mask 0x..`: the mask, of ASSERT_EXCLUSIVE_BITS. */
export function parseMask(text: string): string | null {
  return /^\s*bits changed: 0x[0-9a-f]{1,16} with mask (0x[0-9a-f]{1,16})\s*$/i.exec(text)?.[1] ?? null;
}

const wrappable = [
  headerStart,
  /^\s*value changed:(?: 0x[0-9a-f]+(?: ->)?)?$/i,
  /^\s*bits changed:(?: 0x[0-9a-f]+(?: with(?: mask)?)?)?$/i,
];

/** Whether `text` can be the first part of a report's line that a mailer wrapped. */
export function isWrapped(text: string): boolean {
  const line = text.trimEnd();
  return wrappable.some((pattern) => pattern.test(line));
}

/** `Reported by Kernel Concurrency Sanitizer on:`. */
export function isReportedBy(text: string): boolean {
  return /^\s*Reported by Kernel Concurrency\b/.test(text);
}

/** The line that opens and closes a report. */
export function isRule(text: string): boolean {
  return /^\s*={20,}\s*$/.test(text);
}

export interface ReporterLine {
  readonly reporter: Reporter;
  /** False when the line ends before the kernel's release: a mailer wrapped it. */
  readonly whole: boolean;
}

// dump_stack_print_info(), lib/dump_stack.c, v6.12; UID came with v6.11.
const cpuLine = /^\s*CPU: (\d{1,6}) (?:UID: \d+ )?PID: (\d{1,10}) Comm: (.*)$/;
const taint = /^(.*?)\s*(?:Kdump: loaded\s+)?\b(Not tainted|Tainted: [A-Z](?: |[A-Z](?= |$))*)\s*(.*)$/;

/** `CPU: 4 PID: 6252 Comm: name Not tainted 5.3.0+ #3`. */
export function parseReporter(text: string): ReporterLine | null {
  const match = cpuLine.exec(text);
  if (match === null) return null;
  const cpu = Number(match[1]);
  const pid = Number(match[2]);
  const state = taint.exec(match[3] ?? '');
  if (state === null)
    return {
      reporter: {
        cpu,
        pid,
        comm: (match[3] ?? '').replace(/\s+Kdump:.*$/, '').trim() || null,
        kernel: null,
        taint: null,
      },
      whole: false,
    };
  const kernel = state[3]?.split(' ', 1)[0] || null;
  return {
    reporter: { cpu, pid, comm: state[1] ?? '', kernel, taint: (state[2] ?? '').replace(/\s+/g, ' ').trim() },
    whole: kernel !== null,
  };
}
