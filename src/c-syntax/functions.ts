// The functions that a C file of the kernel defines, by their looks: no preprocessor is run, so that functions which
// a macro defines are not seen.
import { hasWord, withoutComments } from './text.js';

export interface FunctionDefinition {
  readonly name: string;
  readonly isStatic: boolean;
  /** Of the function's name, from 1. */
  readonly line: number;
}

const stringOrBrace = /"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'|[{};]/g;
const directive = /^[ \t]*#(?:[^\n\\]|\\[\s\S])*/gm;
// Words that take arguments beside the function's name (include/linux/compiler_attributes.h and
// compiler_types.h, v6.12).
const attribute =
  /^__(?:attribute__|typeof__|printf|scanf|acquires|releases|acquire|release|cond_acquires|must_hold|aligned|section|alloc_size|assume_aligned|diagnose_as|counted_by|no_sanitize)$/;

/** The functions defined at the top level of `text`, in their order. */
export function functionDefinitions(text: string): readonly FunctionDefinition[] {
  const code = withoutComments(text).replace(directive, (match) => match.replace(/[^\n]/g, ' '));
  const found: FunctionDefinition[] = [];
  let depth = 0;
  let start = 0;
  let line = 1;
  let counted = 0;
  for (const { 0: token, index } of code.matchAll(stringOrBrace)) {
    if (token === '{') {
      const definition = depth === 0 ? definitionIn(code.slice(start, index)) : null;
      if (definition !== null) {
        const offset = start + definition.offset;
        line += code.slice(counted, offset).split('\n').length - 1;
        counted = offset;
        found.push({ name: definition.name, isStatic: definition.isStatic, line });
      }
      depth++;
    } else if (token === '}') {
      // Conditional compilation may leave braces unpaired; a function of the kernel ends in the first column.
      depth = code[index - 1] === '\n' ? 0 : Math.max(0, depth - 1);
    }
    if (depth === 0 && '{};'.includes(token)) start = index + 1;
  }
  return found;
}

function definitionIn(declaration: string): { name: string; isStatic: boolean; offset: number } | null {
  if (/=\s*$/.test(declaration)) return null;
  let parentheses = 0;
  for (const { 0: token, 1: word, index } of declaration.matchAll(/([A-Za-z_]\w*)?\s*\(|\)/g)) {
    if (token === ')') {
      parentheses--;
      continue;
    }
    parentheses++;
    if (parentheses > 1 || word === undefined || attribute.test(word) || !/[a-z]/.test(word)) continue;
    return { name: word, isStatic: hasWord(declaration.slice(0, index), 'static'), offset: index };
  }
  return null;
}
