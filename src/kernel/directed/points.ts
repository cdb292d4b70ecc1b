// Points in a C text: calls of millrace_point() in front of statements. Functions of texts alone.
import { diffArrays } from 'diff';
import { openCParser, type StatementPlace, statementAt } from '../../c-syntax/index.js';

/** A point, by where it stands in the text without points. */
export interface Point {
  /** From 1, as the text has it: `millrace_point(1);`. */
  readonly number: number;
  /** Path inside the tree. */
  readonly file: string;
  /** Line of the statement that it stands in front of, from 1, and the statement's function. */
  readonly line: number;
  readonly function: string;
}

/** A text with points in it. */
export interface PointedText {
  readonly text: string;
  /** Lines of the text with points, ascending, that the text without them does not have. */
  readonly added: readonly number[];
}

const prototype = 'void millrace_point(unsigned int point);';

/** What finds statements by line in one text. */
export async function statementFinder(text: string): Promise<(line: number) => StatementPlace | null> {
  const root = (await openCParser()).parse(text);
  const found = new Map<number, StatementPlace | null>();
  return (line) => {
    const known = found.get(line);
    if (known !== undefined) return known;
    const place = statementAt(root, text, line);
    found.set(line, place);
    return place;
  };
}

/** Null when one of the lines has no statement that a point can stand in front of. */
export async function putPoints(
  text: string,
  points: readonly Pick<Point, 'number' | 'line'>[],
): Promise<PointedText | null> {
  const find = await statementFinder(text);
  const edits: { at: number; text: string; isLine: boolean }[] = [];
  for (const { number, line } of points) {
    const place = find(line);
    if (place === null) return null;
    const call = `millrace_point(${number});`;
    const lineStart = text.lastIndexOf('\n', place.start - 1) + 1;
    const indent = text.slice(lineStart, place.start);
    if (place.isBare)
      edits.push(
        { at: place.start, text: `{ ${call} `, isLine: false },
        { at: place.end, text: ' }', isLine: false },
      );
    else if (indent.trim() === '') edits.push({ at: lineStart, text: `${indent}${call}\n`, isLine: true });
    else edits.push({ at: place.start, text: `${call} `, isLine: false });
  }
  edits.push({ at: behindIncludes(text), text: `\n${prototype}\n`, isLine: true });
  edits.sort((a, b) => a.at - b.at);
  const added: number[] = [];
  let made = '';
  let from = 0;
  for (const { at, text: put, isLine } of edits) {
    made += text.slice(from, at);
    from = at;
    const first = made.split('\n').length;
    made += put;
    if (isLine) for (let i = 0; i < put.split('\n').length - 1; i++) added.push(first + i);
  }
  return { text: made + text.slice(from), added };
}

/** Offset of the line behind the last `#include` that no condition encloses; 0 without any. */
function behindIncludes(text: string): number {
  let depth = 0;
  let offset = 0;
  let behind = 0;
  for (const line of text.split('\n')) {
    offset += line.length + 1;
    if (/^\s*#\s*if/.test(line)) depth += 1;
    else if (/^\s*#\s*endif/.test(line)) depth -= 1;
    else if (depth === 0 && /^\s*#\s*include\b/.test(line)) behind = offset;
    // The harness may be included behind all.
    if (/^\{/.test(line) && behind > 0) break;
  }
  return Math.min(behind, text.length);
}

/** The line without points that line `line` with points was. */
export function withoutPoints(added: readonly number[], line: number): number {
  return line - added.filter((one) => one <= line).length;
}

/**
 * Where line `line` of `before` is in `after`: the same line, or the first of those that stand in its place. Null when
 * it is gone with nothing in its place.
 */
export function lineIn(before: string, after: string, line: number): number | null {
  let old = 0;
  let fresh = 0;
  const parts = diffArrays(before.split('\n'), after.split('\n'));
  for (const [index, { added, removed, value }] of parts.entries()) {
    const count = value.length;
    if (added) {
      fresh += count;
      continue;
    }
    if (line <= old + count) {
      if (!removed) return fresh + line - old;
      // What replaces it comes behind it or stands in front of it.
      const previous = parts[index - 1];
      if (parts[index + 1]?.added) return fresh + 1;
      return previous?.added ? fresh - previous.value.length + 1 : null;
    }
    old += count;
    if (!removed) fresh += count;
  }
  return null;
}
