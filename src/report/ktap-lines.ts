// The four kinds of line that KTAP is made of (Documentation/dev-tools/ktap.rst, v6.12), and KUnit's and TAP 14's
// `# Subtest:`.
import type { TestResult } from './test-result.js';

export interface KtapResult {
  readonly kind: 'result';
  readonly number: number;
  readonly name: string | null;
  readonly status: TestResult['status'];
  readonly reason: string | null;
  /** Text behind the `#` that is no directive. */
  readonly note: string | null;
}

export type KtapLine = { readonly indent: number } & (
  | { readonly kind: 'version' }
  | { readonly kind: 'plan'; readonly count: number }
  | { readonly kind: 'subtest'; readonly name: string }
  | { readonly kind: 'diagnostic'; readonly text: string }
  | KtapResult
);

const version = /^(?:KTAP version \d+|TAP version 1[34])\s*$/;
const plan = /^1\.\.(\d{1,9})\s*(?:#.*)?$/;
const subtest = /^# Subtest:\s*(\S.*?)\s*$/;
const result = /^(not )?ok (\d{1,9})(?=\s|$)(?:\s+-(?=\s))?\s*([^#]*)(?:#\s*(.*))?$/;
const directive = /^(SKIP|TODO|XFAIL|TIMEOUT|ERROR)\b:?\s*(.*)$/i;

/** Reads one line without its prefix; null when KTAP has no such line. */
export function parseKtapLine(text: string): KtapLine | null {
  const { indent, body } = indentation(text);
  switch (body[0]) {
    case 'K':
    case 'T':
      return version.test(body) ? { indent, kind: 'version' } : null;
    case '1': {
      const match = plan.exec(body);
      return match === null ? null : { indent, kind: 'plan', count: Number(match[1]) };
    }
    case '#': {
      const match = subtest.exec(body);
      return match?.[1] === undefined
        ? { indent, kind: 'diagnostic', text: body.replace(/^#\s?/, '').trimEnd() }
        : { indent, kind: 'subtest', name: match[1] };
    }
    case 'o':
    case 'n':
      return parseResult(indent, body);
    default:
      return null;
  }
}

/** Columns that a tab makes of an indentation; some harnesses indent by tabs where KTAP has four blanks. */
const tabColumns = 4;

/** How far in `text` begins, in columns. */
export function indentation(text: string): { readonly indent: number; readonly body: string } {
  let indent = 0;
  let at = 0;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x20) indent += 1;
    else if (code === 0x09) indent += tabColumns - (indent % tabColumns);
    else break;
  }
  return { indent, body: at === 0 ? text : text.slice(at) };
}

function parseResult(indent: number, body: string): KtapLine | null {
  const match = result.exec(body);
  if (match === null) return null;
  const [, not, number, name = '', rest = ''] = match;
  const found = directive.exec(rest.trim());
  const word = found?.[1]?.toUpperCase();
  const why = found?.[2]?.trim() ?? '';
  return {
    indent,
    kind: 'result',
    number: Number(number),
    name: name.trim() || null,
    status: word === 'SKIP' ? 'skipped' : not === undefined ? 'passed' : 'failed',
    reason: word === undefined ? null : word === 'SKIP' ? why || null : `${word} ${why}`.trim(),
    note: found === null && rest.trim() !== '' ? rest.trim() : null,
  };
}
