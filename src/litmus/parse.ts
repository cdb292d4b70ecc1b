// The file format of herd7's C litmus tests: a name, initial values, processes, and a condition over final states
// (tools/memory-model/Documentation/litmus-tests.txt, v6.12). What the format allows and this does not know is an error
// with its line.

import { inputError } from '../base/index.js';
import { openCParser } from '../c-syntax/index.js';
import { readBody } from './body.js';
import { parseCondition, parseObservables } from './condition.js';
import type { LitmusTest, Observation, Process, Quantifier } from './types.js';

/** Addresses of locations: far from the numbers that tests use. */
const firstAddress = 0x10000000;

export async function parseLitmus(text: string, file: string): Promise<LitmusTest> {
  const parser = await openCParser();
  const parts = split(text, file);
  const addresses = new Map<string, number>();
  const addressOf = (name: string) => {
    const known = addresses.get(name);
    if (known !== undefined) return known;
    const address = firstAddress + 16 * addresses.size;
    addresses.set(name, address);
    return address;
  };
  for (const { parameters } of parts.processes) for (const name of parameters) addressOf(name);
  const initial = new Map<number, number>();
  const registers = parts.processes.map(() => new Map<string, number>());
  readInitial(parts.initial, file, addressOf, initial, registers);
  const processes = parts.processes.map(({ name, parameters, source, line }, index): Process => {
    const own = new Map(registers[index]);
    for (const parameter of parameters) own.set(parameter, addressOf(parameter));
    return { name, body: readBody(parser, source, line, file), registers: own };
  });
  const valueFor = (name: string) =>
    /^-?(?:0x[\da-f]+|\d+)$/i.test(name) ? Number(name) : (addresses.get(name.replace(/^&/, '')) ?? null);
  const { filter, shown, quantifier, conditionText } = trailer(parts.trailer, file);
  return {
    file,
    name: parts.name,
    expected: expectedOf(text),
    locations: new Map([...addresses].map(([name, address]) => [address, name])),
    initial,
    processes,
    filter: filter === null ? null : parseCondition(filter, valueFor, file),
    shown: shown === null ? [] : parseObservables(shown, file),
    quantifier,
    condition: parseCondition(conditionText, valueFor, file),
    conditionText: conditionText.replace(/\s+/g, ' ').trim(),
  };
}

interface ProcessText {
  readonly name: string;
  /** Names of its parameters: the locations that it may touch. */
  readonly parameters: readonly string[];
  readonly source: string;
  readonly line: number;
}

interface Parts {
  readonly name: string;
  readonly initial: string;
  readonly processes: readonly ProcessText[];
  readonly trailer: string;
}

function split(text: string, file: string): Parts {
  const head = /^\s*C\s+(\S+)/.exec(text);
  if (head === null) throw inputError(`${file} is no C litmus test`, { hint: 'Its first line is `C NAME`.' });
  const name = head[1] as string;
  // Between processes comments are OCaml's; within them `(*` is C's.
  let at = head[0].length;
  const skip = (): void => {
    for (;;) {
      const space = /\s*/y;
      space.lastIndex = at;
      space.exec(text);
      at = space.lastIndex;
      if (text.startsWith('(*', at)) at = after(text, '*)', at + 2);
      else if (text.startsWith('/*', at)) at = after(text, '*/', at + 2);
      else if (text.startsWith('//', at)) at = after(text, '\n', at + 2);
      else return;
    }
  };
  // Between the name and the first brace stand comments and lines for other tools.
  for (skip(); at < text.length && text[at] !== '{'; skip()) at++;
  if (at >= text.length)
    throw inputError(`${file} has no initial values`, { hint: 'An empty block is written `{}`.' });
  const opening = at;
  at = closing(text, at, true, file);
  const initial = text.slice(opening + 1, at - 1);
  const processes: ProcessText[] = [];
  for (skip(); ; skip()) {
    const header = /P(\d+)\s*\(([^)]*)\)/y;
    header.lastIndex = at;
    const match = header.exec(text);
    if (match === null) break;
    const start = at;
    const line = lineOf(text, start);
    if (Number(match[1]) !== processes.length)
      throw inputError(`P${match[1]} is not the next process`, { at: { file, line } });
    at = header.lastIndex;
    skip();
    if (text[at] !== '{') throw inputError(`P${match[1]} has no body`, { at: { file, line } });
    at = closing(text, at, false, file);
    processes.push({
      name: `P${match[1]}`,
      parameters: (match[2] as string)
        .split(',')
        .flatMap((parameter) => /(\w+)\s*(?:\[\s*\])?\s*$/.exec(parameter)?.[1] ?? [])
        .filter((parameter) => parameter !== 'void'),
      source: text.slice(start, at),
      line,
    });
  }
  if (processes.length === 0)
    throw inputError(`${file} has no process`, { hint: 'The first is P0(…) { … }.' });
  return { name, initial, processes, trailer: text.slice(at) };
}

/** Behind the brace that closes the one at `opening`. */
function closing(text: string, opening: number, isInitial: boolean, file: string): number {
  let depth = 0;
  for (let at = opening; at < text.length; at++) {
    if (text.startsWith('/*', at)) at = after(text, '*/', at + 2) - 1;
    else if (text.startsWith('//', at)) at = after(text, '\n', at + 2) - 1;
    else if (isInitial && text.startsWith('(*', at)) at = after(text, '*)', at + 2) - 1;
    else if (text[at] === '{') depth++;
    else if (text[at] === '}' && --depth === 0) return at + 1;
  }
  throw inputError('a brace is not closed', { at: { file, line: lineOf(text, opening) } });
}

function after(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at + mark.length;
}

function lineOf(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}

function withoutComments(text: string): string {
  return text.replace(/\(\*[\s\S]*?\*\)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, ' ');
}

function readInitial(
  text: string,
  file: string,
  addressOf: (name: string) => number,
  initial: Map<number, number>,
  registers: readonly Map<string, number>[],
): void {
  for (const entry of withoutComments(text).split(';')) {
    if (entry.trim() === '') continue;
    const [left = '', right] = entry.split('=').map((part) => part.trim());
    const target = /(?:(\d+)\s*:\s*)?\[?([A-Za-z_]\w*)\]?$/.exec(left);
    const value = right === undefined ? 0 : initialValue(right, addressOf);
    if (target === null || value === null)
      throw inputError(`${file}: the initial value \`${entry.trim().replace(/\s+/g, ' ')}\` cannot be read`, {
        hint: 'Write x = 1, int *p = &x, or 0:r1 = 1.',
      });
    const name = target[2] as string;
    if (target[1] === undefined) initial.set(addressOf(name), value);
    else registers[Number(target[1])]?.set(name, value);
  }
}

function initialValue(text: string, addressOf: (name: string) => number): number | null {
  const inner = /^(?:ATOMIC_INIT\s*)?\(\s*(.*?)\s*\)$/.exec(text)?.[1] ?? text;
  if (/^-?(?:0x[\da-f]+|\d+)$/i.test(inner)) return Number(inner);
  const name = /^&?\s*([A-Za-z_]\w*)$/.exec(inner)?.[1];
  return name === undefined ? null : addressOf(name);
}

function trailer(text: string, file: string) {
  let rest = withoutComments(text);
  let shown: string | null = null;
  let filter: string | null = null;
  rest = rest.replace(
    /\blocations\s*\[([\s\S]*?)\]\s*;?(?=\s*(?:filter|exists|~|forall|not|$))/,
    (_, list) => {
      shown = list as string;
      return ' ';
    },
  );
  const match = /(?:\bfilter\b([\s\S]*?))?(~\s*exists|not\s+exists|\bexists\b|\bforall\b)([\s\S]*)$/.exec(
    rest,
  );
  if (match === null) {
    if (rest.trim() !== '')
      throw inputError(`${file}: \`${rest.trim().slice(0, 60)}\` is no condition`, {
        hint: 'A test ends with exists (…), ~exists (…) or forall (…).',
      });
    return { filter, shown, quantifier: 'forall' as const, conditionText: 'true' };
  }
  if (match[1] !== undefined) filter = match[1];
  const word = match[2] as string;
  const quantifier: Quantifier = word === 'forall' ? 'forall' : word === 'exists' ? 'exists' : '~exists';
  return { filter, shown, quantifier, conditionText: match[3] as string };
}

function expectedOf(text: string): LitmusTest['expected'] {
  const match = /\bResult:\s*(Never|Sometimes|Always|DEADLOCK)\b(?:[ \t]+(DATARACE)\b)?/.exec(text);
  if (match === null) return null;
  return {
    observation: match[1] === 'DEADLOCK' ? 'Deadlock' : (match[1] as Observation),
    race: match[2] === undefined ? null : true,
  };
}
