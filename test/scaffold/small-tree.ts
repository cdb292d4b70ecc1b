// A kernel tree of a dozen small files, with one driver in it.
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { type RaceReport, readConsole } from '../../src/report/index.js';

export function fixture(name: string): string {
  return join(import.meta.dirname, 'fixtures', name);
}

export const acme = { path: fixture('acme'), version: '6.12.0', spec: 'acme' };

/** The first report of a log. */
export async function report(name: string): Promise<RaceReport> {
  for await (const events of readConsole(createReadStream(fixture(name))))
    for (const event of events) if (event.kind === 'report') return event.report;
  throw new Error(`no report in ${name}`);
}
