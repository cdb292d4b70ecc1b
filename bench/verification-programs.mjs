// Holds `millrace check` against a checkout of verification tasks (SV-COMP's format, version 2: .yml files with
// input_files, properties with expected_verdict, options). Of the properties it judges unreach-call, no-data-race and
// valid-memsafety; no-overflow, termination and valid-memcleanup are not looked at. Nothing of the tasks is kept.
//
//   npm run bench:verification-programs -- DIR [--max-time S] [--max-threads N] [--only REGEX] [--json]

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { parse } from 'yaml';

const program = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const memoryKinds = ['use-after-free', 'double-free', 'invalid-free', 'invalid-access'];
const judged = {
  'unreach-call': ({ kind }) => kind === 'assertion',
  'no-data-race': ({ kind }) => kind === 'data-race',
  'valid-memsafety': ({ kind }) => memoryKinds.includes(kind),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'max-time': { type: 'string', default: '10' },
    'max-memory': { type: 'string', default: '64' },
    'max-threads': { type: 'string' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const [root] = positionals;
if (root === undefined) {
  process.stderr.write('Which folder? npm run bench:verification-programs -- DIR\n');
  process.exit(2);
}

/** Each property of each task below the folder, with what is expected of it. */
function tasksBelow(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((path) => path.endsWith('.yml'))
    .sort()
    .flatMap((path) => {
      const file = join(folder, path);
      const task = parse(readFileSync(file, 'utf8'));
      if (task?.input_files === undefined || !Array.isArray(task.properties)) return [];
      if ((task.options?.language ?? 'C') !== 'C') return [];
      const inputs = [task.input_files].flat().map((input) => join(dirname(file), input));
      const properties = task.properties.flatMap(({ property_file: name, expected_verdict: expected }) => {
        const property = /([^/]+)\.prp$/.exec(name)?.[1];
        return property in judged && typeof expected === 'boolean' ? [{ property, expected }] : [];
      });
      return properties.length === 0 ? [] : [{ name: relative(folder, file), inputs, properties }];
    })
    .filter(({ name }) => values.only === undefined || new RegExp(values.only).test(name));
}

async function check(inputs) {
  const limits = ['--max-time', values['max-time'], '--max-memory', values['max-memory']];
  if (values['max-threads'] !== undefined) limits.push('--max-threads', values['max-threads']);
  const { stdout, stderr, exitCode, timedOut } = await execa(
    process.execPath,
    [program, 'check', ...inputs, ...limits, '--json', '--quiet'],
    { reject: false, timeout: (Number(values['max-time']) * 4 + 60) * 1000 },
  );
  if (timedOut) return { error: 'no end' };
  if ((exitCode > 1 && exitCode !== 4) || stdout === '')
    return { error: stderr.split('\n')[0] || `ended with ${exitCode}` };
  return { result: JSON.parse(stdout) };
}

/** Why an exploration that found nothing does not settle the matter; null when it does. */
function openEnd({ exploration, limits, findings }) {
  if (exploration.stoppedBy !== 'end') return ['not finished', exploration.stoppedBy];
  if (findings.some(({ kind }) => kind === 'no-progress')) return ['not finished', 'steps'];
  const kinds = new Set(limits.map(({ kind }) => kind));
  if (kinds.has('steps')) return ['not finished', 'steps'];
  const bound = ['inputs', 'threads', 'random-numbers'].filter((kind) => kinds.has(kind));
  return bound.length > 0 ? ['within limits', bound.join(', ')] : null;
}

function judge({ property, expected }, { result, error }) {
  if (error !== undefined) return ['not supported', error];
  if (result.findings.some(judged[property]))
    return expected ? ['disagree', 'found, and expected not to be there'] : ['agree', 'found'];
  const open = openEnd(result);
  if (expected) return open ?? ['agree', 'not there'];
  if (open === null) return ['disagree', 'expected, and not there in any interleaving'];
  return ['not finished', open[1]];
}

const rows = [];
const tasks = tasksBelow(root);
for (const [index, { name, inputs, properties }] of tasks.entries()) {
  process.stderr.write(`${index + 1}/${tasks.length} ${name}\n`);
  const outcome = await check(inputs);
  for (const property of properties) {
    const [verdict, cause] = judge(property, outcome);
    rows.push({ task: name, ...property, verdict, cause });
  }
}

const verdicts = ['agree', 'within limits', 'disagree', 'not finished', 'not supported'];
const count = (verdict, property) =>
  rows.filter((row) => row.verdict === verdict && (property === undefined || row.property === property))
    .length;

if (values.json) process.stdout.write(`${JSON.stringify({ limits: values, rows }, null, 2)}\n`);
else {
  const line = (cells) =>
    process.stdout.write(
      `${cells
        .map((cell) => String(cell).padEnd(16))
        .join('')
        .trimEnd()}\n`,
    );
  line(['', ...verdicts]);
  for (const property of Object.keys(judged))
    line([property, ...verdicts.map((verdict) => count(verdict, property))]);
  line(['all', ...verdicts.map((verdict) => count(verdict))]);
  for (const verdict of verdicts.slice(1))
    for (const { task, property, expected, cause } of rows.filter((row) => row.verdict === verdict))
      process.stdout.write(`\n${verdict}: ${task}, ${property} is ${expected}\n  ${cause}\n`);
}
process.exitCode = count('disagree') === 0 ? 0 : 1;
