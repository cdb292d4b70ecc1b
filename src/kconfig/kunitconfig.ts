// Kconfig fragments as kernel people write them: `CONFIG_X=y`, `# CONFIG_X is not set`, comments, empty lines.
// The syntax is that of a .config (scripts/kconfig/confdata.c, conf_read_simple(), v6.12), held more strictly: what
// conf_read_simple() would pass over with a warning is an error here.
import { displayPath, InputErrors, inputError, type MillraceError } from '../base/index.js';

/** One setting of a fragment. */
export interface KconfigLine {
  /** With its `CONFIG_`. */
  readonly symbol: string;
  /** `y`, `m`, `n` (also for `is not set`), a number, a hex number, or a string in its quotes. */
  readonly value: string;
  /** Counts from 1. */
  readonly line: number;
}

const notSetLine = /^#\s*(CONFIG_[A-Za-z0-9_]+) is not set\s*$/;
const assignmentLine = /^(CONFIG_[A-Za-z0-9_]+)=(.*?)\s*$/;
const simpleValue = /^(?:[ymn]|-?\d+|0[xX][0-9A-Fa-f]+)$/;
const stringValue = /^"(?:[^"\\]|\\["\\])*"$/;

/**
 * Parses a fragment; `file` is only named in errors.
 * Errors: `input`, all the fragment's problems at once, each with file and line.
 */
export function parseKunitconfig(text: string, file: string): readonly KconfigLine[] {
  const problems: MillraceError[] = [];
  const settings = new Map<string, KconfigLine>();
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = index + 1;
    const parsed = parseLine(raw);
    if (parsed === null) continue;
    const at = { file: displayPath(file), line };
    if ('problem' in parsed) {
      problems.push(inputError(parsed.problem, { at, hint: parsed.hint }));
      continue;
    }
    const earlier = settings.get(parsed.symbol);
    if (earlier === undefined) settings.set(parsed.symbol, { ...parsed, line });
    else if (earlier.value !== parsed.value)
      problems.push(
        inputError(`${parsed.symbol} is ${parsed.value} here and ${earlier.value} in line ${earlier.line}`, {
          at,
          hint: 'Keep one of the two lines.',
        }),
      );
  }
  if (problems.length > 0)
    throw new InputErrors(`${displayPath(file)} is not a Kconfig fragment that can be used`, problems);
  return [...settings.values()];
}

type Parsed = { symbol: string; value: string } | { problem: string; hint: string } | null;

function parseLine(raw: string): Parsed {
  const text = raw.trim();
  const notSet = notSetLine.exec(text);
  if (notSet?.[1] !== undefined) return { symbol: notSet[1], value: 'n' };
  if (text === '' || text.startsWith('#')) return null;
  const [, symbol, value] = assignmentLine.exec(text) ?? [];
  if (symbol === undefined || value === undefined)
    return { problem: `not a Kconfig line: ${text.slice(0, 80)}`, hint: hintFor(text) };
  if (simpleValue.test(value)) return { symbol, value };
  if (!stringValue.test(value))
    return {
      problem: `${symbol} has no value that Kconfig knows: ${value.slice(0, 60) || '(nothing)'}`,
      hint: 'Write y, m, n, a number, a hex number, or a string in double quotes.',
    };
  return { symbol, value };
}

function hintFor(text: string): string {
  const symbol = /^([A-Za-z0-9_]+)\s*=\s*(\S.*)?$/.exec(text);
  if (symbol?.[1] !== undefined) {
    const name = symbol[1].startsWith('CONFIG_') ? symbol[1] : `CONFIG_${symbol[1]}`;
    return `Write ${name}=${symbol[2] ?? 'y'}, with no space around "=".`;
  }
  return 'Write CONFIG_NAME=value, or "# CONFIG_NAME is not set".';
}

/** The fragment that parses to these lines, one setting a line. */
export function formatKunitconfig(lines: readonly Pick<KconfigLine, 'symbol' | 'value'>[]): string {
  return lines
    .map(({ symbol, value }) => (value === 'n' ? `# ${symbol} is not set\n` : `${symbol}=${value}\n`))
    .join('');
}

/** One fragment out of several: a symbol keeps the place where it first came and takes the value that came last. */
export function mergeKunitconfigs(...fragments: readonly (readonly KconfigLine[])[]): readonly KconfigLine[] {
  const merged = new Map<string, KconfigLine>();
  for (const line of fragments.flat()) merged.set(line.symbol, line);
  return [...merged.values()];
}
