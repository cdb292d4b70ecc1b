// What the tests of this folder share: a console read in one go or in pieces, and a report's text to read.
import {
  createConsoleReader,
  type Damage,
  type KernelReport,
  type MissingResults,
  type RaceReport,
  type TestResult,
  type Trouble,
} from '../../src/report/index.js';

export interface Found {
  readonly reports: RaceReport[];
  readonly kernelReports: KernelReport[];
  readonly tests: TestResult[];
  readonly troubles: Trouble[];
  readonly damages: Damage[];
  readonly missing: MissingResults[];
  /** `start` and `end` of KTAP, in their order among the rest. */
  readonly order: string[];
}

export function readConsole(text: string | Uint8Array, chunk = Number.POSITIVE_INFINITY): Found {
  const found: Found = {
    reports: [],
    kernelReports: [],
    tests: [],
    troubles: [],
    damages: [],
    missing: [],
    order: [],
  };
  const reader = createConsoleReader({
    onReport: (report) => {
      found.reports.push(report);
      found.order.push('report');
    },
    onKernelReport: (report) => found.kernelReports.push(report),
    onMissing: (missing) => found.missing.push(missing),
    onTest: (result) => {
      found.tests.push(result);
      found.order.push(result.path.join('.'));
    },
    onTrouble: (trouble) => {
      found.troubles.push(trouble);
      found.order.push(trouble.kind);
    },
    onDamage: (damage) => {
      found.damages.push(damage);
      found.order.push(damage.kind);
    },
    onKtapStart: () => found.order.push('start'),
    onKtapEnd: () => found.order.push('end'),
  });
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  for (let at = 0; at < bytes.length; at += chunk) reader.write(bytes.subarray(at, at + chunk));
  reader.end();
  return found;
}

/** As a kernel of v6.12 prints it, without prefixes. */
export const plainReport = `==================================================================
BUG: KCSAN: data-race in mill_read / mill_write

write to 0xffff888104a3f0e8 of 4 bytes by task 72 on cpu 3:
 mill_write+0x5a/0x110
 mill_thread+0x21/0x40 [mill]
 kthread+0x17a/0x1c0

read to 0xffff888104a3f0e8 of 4 bytes by interrupt on cpu 5:
 mill_read+0x21/0x90
 call_timer_fn+0x38/0x1a0

value changed: 0x00000003 -> 0x00000002

Reported by Kernel Concurrency Sanitizer on:
CPU: 5 UID: 0 PID: 0 Comm: swapper/5 Not tainted 6.12.117 #1
Hardware name: QEMU Standard PC (i440FX + PIIX, 1996), BIOS rel-1.16.3-0 04/01/2014
==================================================================
`;

/** Puts `prefix` before each line of `text`. */
export function prefixed(text: string, prefix: string | ((line: number) => string)): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line, i) => `${typeof prefix === 'string' ? prefix : prefix(i)}${line}\n`)
    .join('');
}
