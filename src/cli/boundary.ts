// `millrace run --boundary`: what the case's code leaves undefined.
import { safeJson } from '../base/index.js';
import { type BoundaryRequest, listBoundary } from '../model/index.js';
import { printable } from '../render/terminal/index.js';

const shownCallers = 3;

/** Printed even when nobody supplies some: only those that a run reaches stop it. */
export async function printBoundary(request: BoundaryRequest, json: boolean): Promise<void> {
  const entries = await listBoundary(request);
  if (json) {
    process.stdout.write(`${safeJson({ boundary: entries }, 2)}\n`);
    return;
  }
  const lines = entries.flatMap(({ name, supplier, callers }) => [
    `${supplier.padEnd(8)} ${printable(name)}`,
    ...callers
      .slice(0, shownCallers)
      .map(({ function: caller, file, line }) =>
        line === 0 ? file : `${caller === '' ? '' : `${caller}() `}${file}:${line}`,
      )
      .map((place) => `           ${printable(place)}`),
    ...(callers.length > shownCallers ? [`           and ${callers.length - shownCallers} more`] : []),
  ]);
  const missing = (kind: string) =>
    entries.filter((entry) => entry.kind === kind && entry.supplier === 'nobody').length;
  const functions = entries.filter(({ kind }) => kind === 'function').length;
  lines.push(
    '',
    `${functions} functions, of which nobody supplies ${missing('function')}, nor ${missing('variable')} variables.`,
    'A run that reaches one stops: fake it in the harness, or add the file that',
    'defines it to `sources`.',
  );
  process.stdout.write(`${lines.join('\n')}\n`);
}
