// What `millrace parse` reads of real kernel reports: the share of their fields that is right, by kind, against what
// their collector wrote down. The corpus lies beside the project and is no part of it.
//
//   npm run bench:reports -- [--corpus FOLDER] [--wrong] [--as quoted|wrapped|spaced|stamped|unstamped|crlf|patch]
//
// `--as` changes the text first in a way that a console or a mailer might; titles and what they name then differ only
// where a wrapped line is a title.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { readConsole } from '../dist/index.js';
import { reportOf, scoreReport } from './score-reports.mjs';

const beside = new URL('../../shared/corpus/reports', import.meta.url).pathname;
const { values } = parseArgs({
  options: {
    corpus: { type: 'string', default: beside },
    wrong: { type: 'boolean', default: false },
    as: { type: 'string', default: 'found' },
  },
});
if (!existsSync(join(values.corpus, 'truth.json'))) {
  process.stderr.write(`no corpus in ${values.corpus}: give --corpus\n`);
  process.exit(2);
}
const perLine = (change) => (text) => text.split('\n').map(change).join('\n');
const changes = {
  found: (text) => text,
  quoted: perLine((line) => `> ${line}`),
  wrapped: perLine((line) => wrap(line)),
  spaced: (text) => text.replaceAll('\n', '\n\n'),
  stamped: perLine((line, i) =>
    /^\W*\[ *\d/.test(line) ? line : `[${(100 + i / 1000).toFixed(6).padStart(12)}] ${line}`,
  ),
  unstamped: perLine((line) => line.replace(/^((?:> ?)*)\[ *\d+\.\d+\](?:\[ *[TC]\d+\])? ?/, '$1')),
  crlf: (text) => text.replaceAll('\n', '\r\n'),
  patch: perLine((line) => `    ${line}`),
};
const change = changes[values.as];
if (change === undefined) throw new Error(`--as is one of ${Object.keys(changes).join(', ')}`);

/** As mailers do: at the last blank before column 76. */
function wrap(line) {
  const at = line.length <= 76 ? -1 : line.lastIndexOf(' ', 76);
  return at < 40 ? line : `${line.slice(0, at)}\n${wrap(line.slice(at + 1))}`;
}

const truth = JSON.parse(readFileSync(join(values.corpus, 'truth.json'), 'utf8'));
const rows = new Map();
const started = performance.now();
for (const entry of truth) {
  const reports = [];
  for await (const events of readConsole(
    Readable.from([change(readFileSync(join(values.corpus, entry.file), 'utf8'))]),
  ))
    for (const event of events) if (event.kind === 'kernel-report') reports.push(event.report);
  const fields = scoreReport(entry, reportOf(entry, reports));
  const row = rows.get(entry.kind) ?? { files: 0, right: 0, all: 0 };
  rows.set(entry.kind, row);
  row.files += 1;
  row.all += fields.length;
  for (const field of fields) {
    if (field.right) row.right += 1;
    else if (values.wrong)
      process.stdout.write(
        `${entry.file} ${field.name}\n  wanted ${JSON.stringify(field.wanted)}\n  found  ${JSON.stringify(field.found)?.slice(0, 1500)}\n`,
      );
  }
}
const seconds = (performance.now() - started) / 1000;
const sum = { files: 0, right: 0, all: 0 };
const line = (name, { files, right, all }) =>
  process.stdout.write(
    `${name.padEnd(24)}${String(files).padStart(6)}${String(right).padStart(8)}${String(all).padStart(8)}${((100 * right) / all).toFixed(1).padStart(8)} %\n`,
  );
process.stdout.write(`${'kind'.padEnd(24)} files   right  fields\n`);
for (const [name, row] of [...rows].sort()) {
  line(name, row);
  for (const key of Object.keys(sum)) sum[key] += row[key];
}
line('all', sum);
process.stdout.write(`${seconds.toFixed(2)} s\n`);
