// Where `millrace parse` puts what it finds, and what it says on standard error whatever the output is.
import { plural } from '../base/index.js';
import type { ConsoleEvent } from '../report/index.js';

/** Awaited, so that a slow reader of the output slows the reading. */
export interface ParseSink {
  take(event: ConsoleEvent): Promise<void>;
  end(): Promise<void>;
}

/** `count` KCSAN reports of which the title alone was understood. */
export function warnWithoutAccess(count: number): void {
  if (count === 0) return;
  process.stderr.write(
    `warning: ${plural(count, 'KCSAN report')} without an access: cut off, or in a form that is not understood\n`,
  );
}
