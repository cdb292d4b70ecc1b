// A mail held against the record that it was made of: every figure and every command.
import { execFileSync } from 'node:child_process';
import { quoted } from '../../src/base/index.js';
import { evidenceOf } from '../../src/evidence/index.js';
import { chanceLimit } from '../../src/judge/index.js';
import { type RunRecord, sectionOf } from '../../src/record/index.js';

/** A mail without its header. */
export function bodyOf(mail: string): string {
  return mail.slice(mail.indexOf('\n\n') + 2);
}

/** What of a text is a figure: hexadecimal ones whole. */
function figuresIn(text: string): string[] {
  return text.match(/0x[0-9a-f]+|\d+(?:\.\d+)*/g) ?? [];
}

/** Figures of the mail that are neither in the record nor worked out from it here. */
export function unknownFigures(mail: string, one: RunRecord): string[] {
  const evidence = evidenceOf(one);
  const known = new Set(figuresIn(JSON.stringify([one, evidence])));
  const know = (...values: readonly (number | string)[]) => {
    for (const value of values) for (const figure of figuresIn(String(value))) known.add(figure);
  };
  const two = (value: number) => Number(value.toPrecision(2));
  // The level of the intervals, the base of the rates, the chance that is small enough.
  know(95, 1000, chanceLimit * 100, '0.0001');
  for (const engine of evidence.engines) {
    if (engine.engine === 'kcsan')
      for (const { base, fixed } of engine.tests)
        for (const { hits, executions, share } of [base, ...(fixed === null ? [] : [fixed])])
          know(...[hits / executions, share.low, share.high ?? 1].map((value) => two(value * 1000)));
    if (engine.engine !== 'kernel') continue;
    for (const { base, fixed, chance } of engine.pairs) {
      for (const { perOverlap } of [base, ...(fixed === null ? [] : [fixed])])
        for (const value of [perOverlap.value, perOverlap.interval.low, perOverlap.interval.high])
          if (value !== null) know(two(value * 1000));
      if (chance !== null) know(two(chance.byOverlap * 100), two(chance.byBoot * 100));
    }
  }
  for (const { races } of evidence.variables) know(races.length);
  const sampled = (sectionOf(one, 'kcsan')?.kernels ?? []).flatMap(({ tests }) =>
    tests.flatMap(({ races }) => races),
  );
  know(
    sampled
      .flatMap(({ report }) => report.accesses.map(({ stack }) => stack.map(symbolText).join(' ')))
      .join(' '),
    (sectionOf(one, 'kcsan')?.kernels[0]?.tests ?? []).reduce((sum, { executions }) => sum + executions, 0),
  );
  for (const run of sectionOf(one, 'kernel')?.kernels ?? []) {
    const violated = new Map<string, number>();
    for (const [index, { reports, tests }] of run.boots.entries()) {
      know(index + 1);
      for (const { time, accesses } of reports) {
        if (time !== null) know(time.toFixed(3));
        for (const { stack } of accesses)
          for (const { offset, size } of stack)
            know(`0x${offset?.toString(16) ?? 0}`, `0x${size?.toString(16) ?? 0}`);
      }
      for (const line of tests.flatMap(({ diagnostics }) => diagnostics)) {
        const [, count, text = ''] = /in (\d+) of \d+ rounds this did not hold: (.*)/.exec(line) ?? [];
        if (count !== undefined) violated.set(text, (violated.get(text) ?? 0) + Number(count));
      }
    }
    know(...violated.values());
  }
  return figuresIn(mail.replaceAll('\\\n', '')).filter((figure) => !known.has(figure));
}

function symbolText({
  offset,
  size,
}: {
  readonly offset: number | null;
  readonly size: number | null;
}): string {
  return `0x${offset?.toString(16)} 0x${size?.toString(16)}`;
}

/** The commands of a text: indented by two, on as many lines as backslashes and quotes say. */
export function commandsIn(mail: string): string[] {
  const commands: string[] = [];
  let open = false;
  // `DIR=…`, on however many lines, belongs to the command behind it.
  let isAssigned = false;
  for (const line of mail.split('\n')) {
    if (open) commands.push(`${commands.pop()}\n${line}`);
    else if (/^ {2}(?:millrace|make|timeout|patch|\.\/tools|DIR=)/.test(line)) {
      commands.push(isAssigned ? `${commands.pop()}\n${line.slice(2)}` : line.slice(2));
      isAssigned = line.startsWith('  DIR=');
    } else continue;
    const text = commands.at(-1) ?? '';
    open = text.endsWith('\\') || text.split("'").length % 2 === 0;
  }
  return commands;
}

/** The words of a command as a shell reads them, blanks within one closed up. */
export function wordsOf(command: string): string[] {
  const stubs = ['millrace', 'make', 'timeout', 'patch', 'kunit', 'run'].map(
    (name) => `${name}() { printf '%s\\0' ${name} "$@"; }`,
  );
  // No function can be called like a path, and a patch to read from is not there.
  const callable = command
    .replace('./tools/testing/kunit/kunit.py', 'kunit')
    .replace('patch -p1 < ', 'patch -p1 ');
  const text = execFileSync('sh', ['-c', [...stubs, callable].join('\n')], { encoding: 'utf8' });
  return text
    .split('\0')
    .slice(0, -1)
    .map((word) => word.replace(/\s+/g, ' '));
}

/** The commands that a mail of the record may have, in its order. */
export function recordedCommands(one: RunRecord): string[] {
  const { stock, tree } = one;
  const booted = sectionOf(one, 'kernel')?.kernels ?? [];
  const sampled =
    booted.length > 0 ? undefined : sectionOf(one, 'kcsan')?.kernels[0]?.tests[0]?.races[0]?.schedule;
  const fix = stock?.fixes.find(({ name }) => name === one.fix?.name);
  return [
    one.command.map(quoted).join(' '),
    ...booted.slice(0, 1).flatMap(({ commands }) => [commands.build, commands.boot]),
    ...(sampled === undefined ? [] : [`millrace replay ${one.case.name} ${sampled}`]),
    ...evidenceOf(one)
      .harms.slice(0, 1)
      .map(({ schedule }) => `millrace replay ${one.case.name} ${schedule}`),
    ...(stock == null
      ? []
      : [
          `millrace export ${one.case.name} --tree ${tree?.spec} -o out`,
          stock.apply,
          stock.build,
          stock.boot,
          ...(fix === undefined ? [] : [fix.apply]),
        ]),
  ];
}
