// A console stream as a stream of events.
import { createConsoleReader } from './console-reader.js';
import type { Damage } from './damage.js';
import type { KernelReport } from './kernel/kernel-report.js';
import { decodedText } from './mail/mail-text.js';
import type { RaceReport } from './race-report.js';
import type { MissingResults, TestResult } from './test-result.js';
import type { Trouble } from './trouble.js';

/** What a console has at one place: a report, a test's result, a trouble, or damage; `kind` tells which. */
export type ConsoleEvent =
  | { readonly kind: 'report'; readonly report: RaceReport }
  | { readonly kind: 'kernel-report'; readonly report: KernelReport }
  | { readonly kind: 'test'; readonly result: TestResult }
  | { readonly kind: 'missing'; readonly missing: MissingResults }
  | { readonly kind: 'trouble'; readonly trouble: Trouble }
  | { readonly kind: 'damage'; readonly damage: Damage };

/**
 * Reads `input` to its end, a mail, an mbox or an HTML page by what it says; yields what each chunk completed, in the order of the log. The next chunk is read only when
 * the consumer asks, so that memory stays constant whatever the input.
 */
export async function* readConsole(
  input: AsyncIterable<Uint8Array | string>,
): AsyncGenerator<readonly ConsoleEvent[], void, undefined> {
  let events: ConsoleEvent[] = [];
  const reader = createConsoleReader({
    onReport: (report) => events.push({ kind: 'report', report }),
    onKernelReport: (report) => events.push({ kind: 'kernel-report', report }),
    onTest: (result) => events.push({ kind: 'test', result }),
    onMissing: (missing) => events.push({ kind: 'missing', missing }),
    onTrouble: (trouble) => events.push({ kind: 'trouble', trouble }),
    onDamage: (damage) => events.push({ kind: 'damage', damage }),
  });
  for await (const chunk of decodedText(input)) {
    reader.write(chunk);
    if (events.length > 0) yield events;
    events = [];
  }
  reader.end();
  if (events.length > 0) yield events;
}
