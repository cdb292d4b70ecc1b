// The options of those who work through a queue.
import { existsSync } from 'node:fs';
import type { Options } from 'yargs';
import { inputError } from '../base/index.js';
import { checkedAddress, type QueueAddress } from '../campaign/index.js';

export const queueOption = {
  type: 'string',
  describe: 'Redis: redis://USER:PASSWORD@HOST:6379, rediss:// for TLS; or MILLRACE_QUEUE in the environment',
} as const satisfies Options;

export const authorityOption = {
  type: 'string',
  describe: 'File with the certificate that the queue’s was signed with',
} as const satisfies Options;

export interface QueueArguments {
  queue: string | undefined;
  ca: string | undefined;
}

/** Undefined where no queue is named. Errors: `input`. */
export function queueOf({ queue, ca }: QueueArguments): QueueAddress | undefined {
  const url = queue ?? process.env.MILLRACE_QUEUE;
  if (ca !== undefined && !existsSync(ca))
    throw inputError(`there is no file ${ca}`, { hint: 'Name a file in PEM format with --ca.' });
  return url ? checkedAddress(url, ca) : undefined;
}

/** Errors: `input` for what is no whole number above 0. */
export function checkCounts(args: Readonly<Record<string, unknown>>, ...names: readonly string[]): void {
  for (const name of names) {
    const value = args[name];
    if (value !== undefined && !(Number.isInteger(value) && Number(value) > 0))
      throw inputError(`--${name} wants a whole number above 0`);
  }
}
