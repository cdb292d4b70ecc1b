// What `millrace check` says, for people, in 80 columns.
import { dirname, resolve } from 'node:path';
import { readOwnFile } from '../../base/index.js';
import type {
  CheckFinding,
  CheckFunction,
  CheckLimit,
  CheckReplay,
  CheckResult,
  CheckVariable,
  FindingPlace,
} from '../../model/plain-c/index.js';
import { factsText, threadText } from '../../words/index.js';
import { scheduleTable } from '../execution/index.js';

const titles: Partial<Record<CheckFinding['kind'], string>> = {
  'data-race': 'data race',
  'use-after-free': 'use after free',
  'double-free': 'double free',
  'invalid-free': 'invalid free',
  'invalid-access': 'invalid access',
  'lock-misuse': 'misuse',
  'lock-leak': 'leaked lock',
  'no-progress': 'no progress',
  'stack-overflow': 'stack overflow',
};

/** `searched`: folders for headers that the user named. */
export function renderCheck(result: CheckResult, searched: readonly string[] = []): string {
  const { findings } = result;
  const textAt = sourceLines(result.files, searched);
  const lines = findings.flatMap((finding, index) => [...renderFinding(finding, index + 1, textAt), '']);
  lines.push(...wrap(verdict(result), 80, '  '));
  lines.push(...result.limits.flatMap((limit) => wrap(limitText(limit, result), 80, '  ')));
  const unreached = unreachedText(result.coverage ?? []);
  if (unreached !== '') lines.push(...wrap(unreached, 80, '  '));
  if (result.example !== null) {
    const shown = `millrace check ${result.files.join(' ')} --replay ${result.example}`;
    lines.push(...wrap(`One of the interleavings, step by step: ${shown}`, 80, '  '));
  }
  if (findings.length > 0) {
    const shown = `millrace check ${result.files.join(' ')} --replay SCHEDULE`;
    lines.push(...wrap(`See a schedule step by step: ${shown}`, 80, '  '));
  }
  return lines.join('\n');
}

/** The result as its JSON has it: each finding with its facts and in words. */
export function checkWithMessages(result: CheckResult): object {
  const findings = result.findings.map(({ kind, facts, ...rest }) => ({
    kind,
    message: factsText(facts, threadText),
    facts,
    ...rest,
  }));
  return { ...result, findings };
}

/** A schedule step by step, in 80 columns, and what it showed. `textAt`: as `sourceLines` makes it. */
export function renderCheckReplay(
  { steps, threads, findings }: CheckReplay,
  textAt: ReturnType<typeof sourceLines>,
): string {
  const columns = Array.from({ length: threads }, (_, context) => ({
    context,
    heading: context === 0 ? 'T0 (main)' : threadText(context),
  }));
  const outcome = findings.map(({ kind, facts }) => `=> ${kind}: ${factsText(facts, threadText)}`);
  const shown = steps.map((step) => ({ ...step, source: textAt(step.place.file, step.place.line) }));
  return [scheduleTable(shown, columns, 80), '', ...outcome].join('\n');
}

function renderFinding(
  finding: CheckFinding,
  number: number,
  textAt: ReturnType<typeof sourceLines>,
): string[] {
  const title = titles[finding.kind] ?? finding.kind;
  const message =
    finding.kind === 'data-race'
      ? variableText(finding.variable)
      : `: ${factsText(finding.facts, threadText)}`;
  const lines = wrap(`${number}. ${title}${message}`, 80, '   ');
  for (const place of finding.places) {
    const { file, line, thread } = place;
    const words = `T${thread} ${accessWords(place)}in ${place.function}() at ${file}:${line}`;
    lines.push(...wrap(words, 77, '   ').map((part, index) => (index === 0 ? `   ${part}` : part)));
    const text = textAt(file, line);
    if (text !== '') lines.push(`      ${text}`.slice(0, 80));
  }
  const count = finding.preemptions;
  const how = count === null ? 'not reduced' : `${count} preemption${count === 1 ? '' : 's'}`;
  lines.push(`   schedule (${how}):`, `     ${finding.schedule}`);
  return lines;
}

function variableText(variable: CheckVariable | null): string {
  if (variable === null) return '';
  if (variable.kind === 'static') return ` on ${variable.name}`;
  const { size, offset, file, line } = variable;
  return ` on byte ${offset} of the ${size} that were allocated at ${file}:${line}`;
}

/** What functions of the library store on behalf of who calls them. */
const stored: Partial<Record<string, string>> = {
  pthread_create: 'the thread id',
  pthread_join: 'the result of the thread',
  sem_getvalue: 'the value',
};

function accessWords({ access, call }: FindingPlace): string {
  if (access === null) return '';
  if (call === null) return `${access} `;
  const what = access === 'write' ? stored[call] : undefined;
  return what === undefined ? `${access} by ${call}() ` : `${access} of ${what}, which ${call}() stores, `;
}

/** Limits besides assumptions with which there is more than what was run. */
const cuttingKinds: ReadonlySet<CheckLimit['kind']> = new Set(['steps', 'rounds', 'threads'] as const);

function verdict({ findings, exploration, limits }: CheckResult): string {
  const { strategy, schedules, complete, stoppedBy, guarantee, cut } = exploration;
  const count = schedules.toLocaleString('en');
  const assumptions = limits.some(({ kind }) => kind === 'assumption');
  if (schedules === 0 && findings.length === 0) {
    if (assumptions && cut === 0) return 'No verdict: every execution ended at an assumption.';
    return 'No verdict: no execution came to its end.';
  }
  const found = findings.length === 0 ? 'Nothing found' : `${findings.length} found`;
  if (strategy === 'dpor') {
    const onlyAssumed = stoppedBy === 'end' && limits.every(({ kind }) => !cuttingKinds.has(kind));
    const all = complete
      ? 'that is all of them'
      : assumptions && onlyAssumed
        ? 'that is all of them that meet the assumptions'
        : 'that is not all of them';
    return `${found} in ${count} inequivalent interleavings, and ${all}.`;
  }
  if (guarantee !== null)
    return `${found} in ${count} schedules; one more bug of that depth would have been met with probability ${guarantee.toPrecision(3)} or more.`;
  return `${found} in ${count} schedules${complete ? ', all within the bound' : ''}.`;
}

function limitText(limit: CheckLimit, { exploration }: CheckResult): string {
  switch (limit.kind) {
    case 'sequential-consistency':
      return 'Memory is sequentially consistent: what a weaker memory order allows beyond that is not explored.';
    case 'weak-memory':
      return memoryTexts[limit.model];
    case 'mixed-sizes':
      return 'Atomic accesses of different sizes touch the same bytes: those were kept in one order, and what a weaker memory order allows beyond that was not explored.';
    case 'inputs':
      return `Inputs took the values ${limit.values.join(', ')} and no others: see --inputs.`;
    case 'random-numbers':
      return 'rand() gave one sequence of numbers and no other.';
    case 'uninitialised':
      return `${limit.variable} was 0, and nothing else, where it may be read before it is set: ${limit.file}:${limit.line}.`;
    case 'uninstrumented':
      return `The race that Millrace planted behind the code of ${limit.file} was not found, so that no other race there would be: take attributes and pragmas out that keep sanitizers from functions.`;
    case 'threads':
      return `No more than ${limit.most} threads besides main() were started: see --max-threads.`;
    case 'steps':
      return `Cut: ${times(limit.count)} a thread was stopped in ${limit.function}() at ${limit.file}:${limit.line} after ${whole(limit.steps ?? 0)} operations. What comes behind that was not explored: raise --max-steps.`;
    case 'rounds':
      return `Cut: ${times(limit.count)} a thread was stopped in ${limit.function}() at ${limit.file}:${limit.line}, where it went on for millions of rounds of a loop, or of calls, without an operation. What comes behind that was not explored: make the loop shorter.`;
    case 'assumption':
      return `Cut: ${times(limit.count)} an execution ended at the assumption in ${limit.function}() at ${limit.file}:${limit.line}, which did not hold. What comes behind that was not explored with these values: see --inputs.`;
    case 'time': {
      const other = exploration.strategy === 'dpor' ? ', or sample with --strategy pct' : '';
      return `Time ran out after ${limit.seconds} s, before all was explored: raise --max-time${other}.`;
    }
    case 'schedules':
      return `The exploration stopped after ${whole(limit.most)} executions, before all was explored: raise --max-schedules.`;
    case 'interrupt':
      return 'The exploration was interrupted before all was explored.';
  }
}

/** Of the functions that are not whole, so many are named. */
const mostNamed = 8;

/** Empty where every line was reached. */
function unreachedText(coverage: readonly CheckFunction[]): string {
  const open = coverage.filter(({ reached, unreachedLines }) => !reached || unreachedLines.length > 0);
  if (open.length === 0) return '';
  const named = open.slice(0, mostNamed).map(({ function: name, file, line, reached, unreachedLines }) => {
    if (!reached) return `${name}() at ${file}:${line}`;
    return `${unreachedLines.length === 1 ? 'line' : 'lines'} ${rangesText(unreachedLines)} of ${name}() in ${file}`;
  });
  const more = open.length - named.length;
  const rest = more > 0 ? `; and in ${whole(more)} more functions, which --json names` : '';
  return `Not reached in any interleaving: ${named.join('; ')}${rest}.`;
}

/** `3, 5-7`: lines that follow each other, for numbers in ascending order. */
function rangesText(lines: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const line of lines) {
    const last = ranges.at(-1);
    if (last !== undefined && line === last[1] + 1) last[1] = line;
    else ranges.push([line, line]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ');
}

const memoryTexts = {
  tso: 'Memory is that of x86 (TSO) with each atomic access as one instruction. Locks, and the start and the join of threads, act as fences. Behind a data race nothing is told that takes an old value.',
  c11: 'Memory is that of C11 in the form of RC11: what reads a value that is written only later in program order (load buffering, LB) is not explored. Behind a data race nothing is told that takes an old value.',
} as const;

function times(count: number): string {
  return count === 1 ? 'once' : `${whole(count)} times`;
}

function whole(count: number): string {
  return count.toLocaleString('en');
}

/** The text of a line of a file in a folder of one of `files`, or in `searched`, trimmed; nothing of any other file. */
export function sourceLines(
  files: readonly string[],
  searched: readonly string[] = [],
): (file: string, line: number) => string {
  const folders = [...new Set([...files.map((file) => dirname(resolve(file))), ...searched])];
  const texts = new Map<string, readonly string[]>();
  return (file, line) => {
    const lines = texts.get(file) ?? (readOwnFile(file, folders) ?? '').split('\n');
    texts.set(file, lines);
    return lines[line - 1]?.trim() ?? '';
  };
}

function wrap(text: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length + 1 > width) {
      lines.push(line);
      line = `${indent}${word}`;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
