// Text for readers in the source of src/, found in the syntax tree.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseAst } from 'rolldown/parseAst';

const root = join(import.meta.dirname, '../../src');
const twoWords = /[A-Za-z]{2,}[,;:]? [A-Za-z]{2,}/;

export interface FoundText {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** A node of an ESTree, with the fields that are looked at here. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly callee?: Node;
  readonly name?: string;
  readonly object?: Node;
  readonly property?: Node;
  readonly arguments?: readonly Node[];
  readonly operator?: string;
  readonly left?: Node;
  readonly right?: Node;
  readonly test?: Node | null;
  readonly regex?: { readonly pattern: string };
  readonly value?: unknown;
}

/** Files below folders of src/, with their text. */
export function sourcesOf(...folders: readonly string[]): [file: string, text: string][] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts'))
      .map((entry): [string, string] => {
        const file = join(entry.parentPath, entry.name);
        return [relative(root, file), readFileSync(file, 'utf8')];
      }),
  );
}

/** What the user or the environment did wrong is said where it is found out, and what takes long while it does. */
const forUsers = new Set([
  'inputError',
  'environmentError',
  'interruptedError',
  'MillraceError',
  'Error',
  'step',
  'note',
]);

/** Of two or more words: string literals and parts of templates that are no error and no progress for the user. */
export function displayTexts(file: string, text: string): FoundText[] {
  const found: FoundText[] = [];
  walk(file, text, (node) => {
    if (isCall(node) && forUsers.has(calledName(node.callee))) return false;
    // What a schema says of itself is read by no code, and by nobody who runs Millrace.
    if (isCall(node) && calledName(node.callee) === 'describe') return node.callee ?? false;
    if (
      /^(Import|Export.*Declaration$|TS.*(Type|Keyword))/.test(node.type) &&
      node.type !== 'ExportNamedDeclaration'
    )
      return false;
    const words = textOf(node);
    if (words !== null && twoWords.test(words)) found.push({ file, line: lineOf(text, node), text: words });
    return true;
  });
  return found;
}

const matchers = new Set(
  'includes startsWith endsWith match matchAll replace replaceAll search split indexOf'.split(' '),
);

/** Of two or more words: what something is compared with or matched against. */
export function matchedTexts(file: string, text: string): FoundText[] {
  const found: FoundText[] = [];
  const add = (node: Node, matched: string | null) => {
    if (matched !== null && twoWords.test(matched))
      found.push({ file, line: lineOf(text, node), text: matched });
  };
  walk(file, text, (node) => {
    if (node.regex !== undefined) add(node, node.regex.pattern);
    if (isCall(node) && matchers.has(calledName(node.callee)))
      for (const argument of node.arguments ?? []) add(argument, textOf(argument));
    if (node.type === 'BinaryExpression' && /^[!=]==?$/.test(node.operator ?? ''))
      for (const side of [node.left, node.right]) if (side !== undefined) add(side, textOf(side));
    if (node.type === 'SwitchCase' && node.test != null) add(node.test, textOf(node.test));
    return true;
  });
  return found;
}

/** Every run of three words in a text, and all of one that has two. */
export function runsOfWords(text: string): string[] {
  const words = text.match(/[A-Za-z]+/g) ?? [];
  if (words.length === 2) return [words.join(' ')];
  return words.slice(2).map((word, index) => `${words[index]} ${words[index + 1]} ${word}`);
}

/** `enter`: answers whether to look into a node, or at what of it. */
function walk(file: string, text: string, enter: (node: Node) => boolean | Node): void {
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const one of value) visit(one);
    else if (typeof value === 'object' && value !== null && 'type' in value) {
      const inner = enter(value as Node);
      for (const one of Object.values(inner === true ? value : inner || {})) visit(one);
    }
  };
  visit(parseAst(text, { lang: 'ts' }, file).body);
}

function isCall({ type }: Node): boolean {
  return type === 'CallExpression' || type === 'NewExpression';
}

function calledName(callee: Node | undefined): string {
  return callee?.type === 'MemberExpression' ? (callee.property?.name ?? '') : (callee?.name ?? '');
}

function textOf({ type, value }: Node): string | null {
  if (type === 'Literal') return typeof value === 'string' ? value : null;
  return type === 'TemplateElement' ? (value as { readonly cooked: string }).cooked : null;
}

function lineOf(text: string, { start }: Node): number {
  return text.slice(0, start).split('\n').length;
}
