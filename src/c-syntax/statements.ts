// Statements of a C file by line: where something can be said before what a line does.
import type { CNode } from './parser.js';

/** A statement in front of which another one can stand. */
export interface StatementPlace {
  /** Lines of what it does itself, from 1: of `if (…) …`, the condition's; of anything else, all. */
  readonly line: number;
  readonly endLine: number;
  /** Offsets of the whole statement in the text. */
  readonly start: number;
  readonly end: number;
  /** Function that it stands in. */
  readonly function: string;
  /** It is the body of an `if`, a loop or the like without braces: two statements there need some. */
  readonly isBare: boolean;
  /** It is done over and over, what is in front of it is not. */
  readonly isLoop: boolean;
}

const heads: Readonly<Record<string, string>> = {
  if_statement: 'condition',
  switch_statement: 'condition',
  while_statement: 'condition',
};
const loops = new Set(['while_statement', 'for_statement']);
/** Nodes that hold statements one behind the other. */
const lists = new Set([
  ...['compound_statement', 'case_statement', 'preproc_if', 'preproc_ifdef', 'preproc_else', 'preproc_elif'],
]);
const labels = new Set(['case_statement', 'labeled_statement']);
const bodies = new Set([
  ...['if_statement', 'else_clause', 'while_statement', 'for_statement', 'do_statement'],
  'labeled_statement',
]);

/**
 * The statement that line `line` (from 1) of `text` is a part of; null where nothing can stand before it: outside of
 * functions, at a brace, in the condition of `do … while`, in what the grammar does not understand.
 */
export function statementAt(root: CNode, text: string, line: number): StatementPlace | null {
  const source = text.split('\n')[line - 1];
  if (source === undefined || source.trim() === '') return null;
  // In `} else if (…)`, what counts begins behind.
  const position = { row: line - 1, column: /^[\s}]*(?:else\s+)?/.exec(source)?.[0].length ?? 0 };
  let node: CNode | null = root.descendantForPosition(position);
  while (node !== null && !isStatement(node)) {
    if (node.type === 'function_definition' || node.type === 'else_clause') return null;
    node = node.parent;
  }
  // A label stands before the statement, and what is to be said between the two.
  while (node !== null && labels.has(node.type))
    node =
      node.namedChildren.find((child) => child.startPosition.row === line - 1 && isStatement(child)) ?? null;
  const parent = node?.parent ?? null;
  if (node === null || parent === null || node.type === 'compound_statement') return null;
  if (node.type === 'do_statement' && node.startPosition.row !== line - 1) return null;
  const holder = holderOf(node);
  if (holder === null) return null;
  // A macro with a body behind it may well be a loop.
  const isLoop = loops.has(node.type) || node.hasError;
  const head = node.childForFieldName(heads[node.type] ?? '') ?? null;
  const forBody = node.type === 'for_statement' ? node.childForFieldName('body') : null;
  const endLine =
    head !== null
      ? head.endPosition.row
      : forBody !== null
        ? Math.max(node.startPosition.row, (forBody.previousSibling ?? forBody).endPosition.row)
        : node.endPosition.row;
  // A macro such as list_for_each_entry() is a head that the grammar takes for a statement without its semicolon.
  const isHeaded = lists.has(parent.type) && !/[;{}:]$/.test(codeBefore(text, node.startIndex));
  return {
    line: node.startPosition.row + 1,
    endLine: endLine + 1,
    start: node.startIndex,
    end: node.endIndex,
    function: holder,
    isBare: node.type !== 'declaration' && (bodies.has(parent.type) || isHeaded),
    isLoop,
  };
}

/** What stands before an offset, without the comments, directives and blanks in between. */
function codeBefore(text: string, at: number): string {
  let before = text.slice(0, at);
  for (;;) {
    const shorter = before
      .trimEnd()
      .replace(/\/\*(?:(?!\*\/)[\s\S])*\*\/$/, '')
      .replace(/(^|\n)[ \t]*#[^\n]*$/, '')
      .replace(/\/\/[^\n]*$/, '');
    if (shorter === before) return before;
    before = shorter;
  }
}

function isStatement(node: CNode): boolean {
  const { parent } = node;
  if (parent === null) return false;
  if (!/(_statement|^declaration)$/.test(node.type)) return false;
  // Parts of a for's head are declarations and expressions, no statements.
  if (parent.type === 'for_statement') return parent.childForFieldName('body')?.id === node.id;
  return lists.has(parent.type) || bodies.has(parent.type);
}

/** Name of the function; null outside of functions and in text that is not understood. */
function holderOf(node: CNode): string | null {
  for (let at: CNode | null = node; at !== null; at = at.parent) {
    if (at.type === 'ERROR' || at.type === 'preproc_def' || at.type === 'preproc_function_def') return null;
    if (at.type !== 'function_definition') continue;
    let name = at.childForFieldName('declarator');
    while (name !== null && name.type !== 'identifier') name = name.childForFieldName('declarator');
    return name?.text ?? null;
  }
  return null;
}
