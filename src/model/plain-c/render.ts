// What `millrace check` says, for people, in 80 columns.
import { readFileSync } from 'node:fs';
import type { CheckFinding, CheckResult } from './check.js';

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

export function renderCheck(result: CheckResult): string {
  const { findings } = result;
  const lines = findings.flatMap((finding, index) => [...renderFinding(finding, index + 1), '']);
  lines.push(verdict(result));
  lines.push(...result.limits.flatMap((limit) => wrap(limit, 80, '  ')));
  if (findings.length > 0) {
    const shown = `millrace check ${result.files.join(' ')} --replay SCHEDULE`;
    lines.push(...wrap(`See a schedule step by step: ${shown}`, 80, '  '));
  }
  return lines.join('\n');
}

function renderFinding(finding: CheckFinding, number: number): string[] {
  const title = titles[finding.kind] ?? finding.kind;
  const message = finding.kind === 'data-race' ? '' : `: ${finding.message}`;
  const lines = wrap(`${number}. ${title}${message}`, 80, '   ');
  for (const { file, line, function: name, thread, access } of finding.places) {
    lines.push(`   T${thread} ${access === null ? '' : `${access} `}in ${name}() at ${file}:${line}`);
    const text = sourceLine(file, line);
    if (text !== '') lines.push(`      ${text}`.slice(0, 80));
  }
  const count = finding.preemptions;
  const how = count === null ? 'not reduced' : `${count} preemption${count === 1 ? '' : 's'}`;
  lines.push(`   schedule (${how}):`, `     ${finding.schedule}`);
  return lines;
}

function verdict({ findings, exploration }: CheckResult): string {
  const count = exploration.schedules.toLocaleString('en');
  const found = findings.length === 0 ? 'Nothing found' : `${findings.length} found`;
  if (exploration.strategy === 'dpor')
    return exploration.complete
      ? `${found} in ${count} inequivalent interleavings, and that is all of them.`
      : `${found} in ${count} inequivalent interleavings, and that is not all of them.`;
  if (exploration.guarantee !== null)
    return `${found} in ${count} schedules; one more bug of that depth would have been met with probability ${exploration.guarantee.toPrecision(3)} or more.`;
  return `${found} in ${count} schedules${exploration.complete ? ', all within the bound' : ''}.`;
}

/** The text of a line of a source file, or nothing when it cannot be read. */
export function sourceLine(file: string, line: number): string {
  try {
    return readFileSync(file, 'utf8').split('\n')[line - 1]?.trim() ?? '';
  } catch {
    return '';
  }
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
