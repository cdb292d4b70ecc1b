// Structures, enumerations, types and constants that a .c file keeps to itself and a harness needs all the same.
import { oneLine } from '../c-syntax/index.js';
import type { TreeSource } from './tree-source.js';

export interface PrivateDeclaration {
  readonly name: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

/** Declarations of `file` that `texts` use, directly or through others, each behind what it uses itself. */
export function privateDeclarations(
  source: TreeSource,
  file: string,
  texts: readonly string[],
): readonly PrivateDeclaration[] {
  const known = declarationsIn(source, file);
  const taken = new Map<string, PrivateDeclaration>();
  const open = new Set<string>();
  const take = (text: string) => {
    for (const [word] of text.matchAll(/[A-Za-z_]\w*/g)) {
      const declaration = known.get(word);
      if (declaration === undefined || taken.has(word) || open.has(word)) continue;
      open.add(word);
      take(declaration.text);
      taken.set(word, declaration);
    }
  };
  for (const text of texts) take(text);
  return [...taken.values()];
}

function declarationsIn(source: TreeSource, file: string): ReadonlyMap<string, PrivateDeclaration> {
  const root = source.parse(file);
  const text = source.read(file);
  const found = new Map<string, PrivateDeclaration>();
  if (root === null || text === null) return found;
  const add = (name: string | undefined, start: number, end: number, ending: string) => {
    if (name === undefined || found.has(name)) return;
    const line = text.slice(0, start).split('\n').length;
    found.set(name, { name, file, line, text: `${text.slice(start, end).trimEnd()}${ending}` });
  };
  for (const node of root.descendantsOfType(['struct_specifier', 'union_specifier', 'enum_specifier'])) {
    const body = node.childForFieldName('body');
    const top = node.parent?.type === 'translation_unit' || node.parent?.parent?.type === 'translation_unit';
    if (body === null || !top || node.parent?.type === 'type_definition') continue;
    add(node.childForFieldName('name')?.text, node.startIndex, node.endIndex, ';');
    if (node.type !== 'enum_specifier') continue;
    for (const one of body.namedChildren)
      if (one.type === 'enumerator')
        add(one.childForFieldName('name')?.text, node.startIndex, node.endIndex, ';');
  }
  for (const node of root.descendantsOfType('type_definition')) {
    const names = node.childrenForFieldName('declarator').map((one) => oneLine(one?.text ?? ''));
    add(/(\w+)\W*(?:\(|$)/.exec(names[0] ?? '')?.[1], node.startIndex, node.endIndex, '');
  }
  for (const node of root.descendantsOfType(['preproc_def', 'preproc_function_def']))
    add(node.childForFieldName('name')?.text, node.startIndex, node.endIndex, '');
  return found;
}
