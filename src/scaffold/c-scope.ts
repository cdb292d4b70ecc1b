// What a C file of the kernel can see: the headers that it includes, directly or through others, and in them the
// structures, inline functions and macros. Headers are searched as text, and only what is found is parsed.
import { posix } from 'node:path';
import { type CField, type CFunction, fieldsOf, functionsOf } from '../c-syntax/index.js';
import type { TreeSource } from './tree-source.js';

export interface CStruct {
  /** Without `struct`. */
  readonly name: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** `struct name { ... }` as it stands in the file. */
  readonly text: string;
  readonly fields: ReadonlyMap<string, CField>;
}

export interface CMacro {
  readonly name: string;
  /** Null for one without parentheses. */
  readonly parameters: readonly string[] | null;
  readonly body: string;
  readonly file: string;
}

export interface CScope {
  readonly file: string;
  /** The file itself, then its headers in the order in which they are found. */
  readonly files: readonly string[];
  struct(name: string): CStruct | null;
  /** A function defined in the file or inline in its headers. */
  function(name: string): CFunction | null;
  macro(name: string): CMacro | null;
  /** Whether a header declares the function. */
  declares(name: string): boolean;
  /** As a header declares it, its body empty; null where none does, or a macro stands in the way. */
  prototype(name: string): CFunction | null;
}

const mostHeaders = 4000;

/** @param includeFolders further folders, as the makefile's `-I` gives them, by their path in the tree */
export function openScope(source: TreeSource, file: string, includeFolders: readonly string[] = []): CScope {
  const files = closure(source, file, includeFolders);
  const structs = new Map<string, CStruct | null>();
  const functions = new Map<string, CFunction | null>();
  const macros = new Map<string, CMacro | null>();
  const first = <T>(
    known: Map<string, T | null>,
    name: string,
    find: (path: string, text: string) => T | null,
  ) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    let found: T | null = null;
    for (const path of files) {
      const text = source.read(path);
      if (text === null || !text.includes(name)) continue;
      found = find(path, text);
      if (found !== null) break;
    }
    known.set(name, found);
    return found;
  };
  return {
    file,
    files,
    struct: (name) => first(structs, name, (path, text) => structIn(source, path, text, name)),
    function: (name) => first(functions, name, (path, text) => functionIn(source, path, text, name)),
    macro: (name) => first(macros, name, (path, text) => macroIn(path, text, name)),
    declares: (name) =>
      files.some((path) => {
        if (!path.endsWith('.h')) return false;
        const text = source.read(path) ?? '';
        return text.includes(name) && new RegExp(`^[\\w\\s*]*[\\s*]${name}\\s*\\(`, 'm').test(text);
      }),
    prototype: (name) => {
      for (const path of files) {
        const text = path.endsWith('.h') ? source.read(path) : null;
        const found = text?.includes(name) ? prototypeIn(source, path, text, name) : null;
        if (found) return found;
      }
      return null;
    },
  };
}

function prototypeIn(source: TreeSource, path: string, text: string, name: string): CFunction | null {
  const declaration = new RegExp(
    `^(?:extern[ \\t]+)?([A-Za-z_][\\w \\t*]*(?:\\n[ \\t]*)?[\\s*]${name}\\s*\\([^;{}]*\\))[^;{}()]*;`,
    'm',
  ).exec(text);
  if (declaration?.[1] === undefined) return null;
  return functionsOf(source.parseText(`${declaration[1]} { }`), path).get(name) ?? null;
}

/** `#include` lines of a text, as written: `<linux/io.h>`, `"tw686x.h"`. */
export function includesOf(text: string): readonly string[] {
  return [...text.matchAll(/^[ \t]*#[ \t]*include[ \t]*(<[\w./+-]+>|"[\w./+-]+")/gm)].map(
    (match) => match[1] ?? '',
  );
}

function closure(source: TreeSource, file: string, includeFolders: readonly string[]): readonly string[] {
  const found = new Set([file]);
  for (const path of found) {
    if (found.size > mostHeaders) break;
    const text = source.read(path);
    if (text === null) continue;
    for (const name of includesOf(text)) {
      const header = resolveInclude(source, path, name, includeFolders);
      if (header !== null) found.add(header);
    }
  }
  return [...found];
}

const systemFolders = [
  'arch/x86/include',
  'include',
  'arch/x86/include/uapi',
  'include/uapi',
  'include/asm-generic',
] as const;

function resolveInclude(
  source: TreeSource,
  from: string,
  written: string,
  includeFolders: readonly string[],
): string | null {
  const name = written.slice(1, -1);
  const candidates = [
    ...(written.startsWith('"') ? [posix.join(posix.dirname(from), name)] : []),
    ...includeFolders.map((folder) => posix.join(folder, name)),
    ...systemFolders.map((folder) =>
      folder === 'include/asm-generic'
        ? posix.join(folder, name.replace(/^asm\//, ''))
        : posix.join(folder, name),
    ),
  ];
  return candidates.find((path) => source.read(path) !== null) ?? null;
}

function structIn(source: TreeSource, path: string, text: string, name: string): CStruct | null {
  const start = new RegExp(`(?<![\\w])(?:struct|union)\\s+${name}\\s*(?:__\\w+\\s*)*\\{`).exec(text);
  if (start === null) return null;
  const end = closingBrace(text, start.index + start[0].length);
  if (end === null) return null;
  const piece = text.slice(start.index, end);
  const specifier = source
    .parseText(`${piece};`)
    .descendantsOfType(['struct_specifier', 'union_specifier'])
    .find((node) => node.childForFieldName('name')?.text === name);
  if (specifier === undefined) return null;
  const fields = new Map<string, CField>();
  for (const field of fieldsOf(specifier)) if (!fields.has(field.name)) fields.set(field.name, field);
  return { name, file: path, line: text.slice(0, start.index).split('\n').length, text: piece, fields };
}

/** The index behind the brace that closes the one before `from`. */
export function closingBrace(text: string, from: number): number | null {
  let depth = 1;
  const token = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\/\*[\s\S]*?\*\/|\/\/[^\n]*|[{}]/g;
  token.lastIndex = from;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    if (match[0] === '{') depth += 1;
    else if (match[0] === '}') depth -= 1;
    if (depth === 0) return match.index + 1;
  }
  return null;
}

function functionIn(source: TreeSource, path: string, text: string, name: string): CFunction | null {
  if (path.endsWith('.c')) {
    const root = source.parse(path);
    return root === null ? null : (functionsOf(root, path).get(name) ?? null);
  }
  // Of a header, only the lines around it: some are long, and few of their functions matter.
  const pattern = new RegExp(
    `^[A-Za-z_][\\w \\t*]*(?:\\n[ \\t]*)?[\\s*]${name}\\s*\\([^;{}]*\\)\\s*\\{`,
    'm',
  );
  const start = pattern.exec(text);
  if (start === null) return null;
  const end = closingBrace(text, start.index + start[0].length);
  if (end === null) return null;
  const read = functionsOf(source.parseText(text.slice(start.index, end)), path).get(name);
  if (read === undefined) return null;
  const before = text.slice(0, start.index).split('\n').length - 1;
  return { ...read, line: read.line + before, endLine: read.endLine + before };
}

function macroIn(path: string, text: string, name: string): CMacro | null {
  const match = new RegExp(
    `^[ \\t]*#[ \\t]*define[ \\t]+${name}(\\([^)\\n]*\\))?(?:[ \\t]((?:[^\\n\\\\]|\\\\[\\s\\S])*))?$`,
    'm',
  ).exec(text);
  if (match === null) return null;
  return {
    name,
    parameters:
      match[1] === undefined
        ? null
        : match[1]
            .slice(1, -1)
            .split(',')
            .map((word) => word.trim()),
    body: (match[2] ?? '').replace(/\\\n/g, ' ').trim(),
    file: path,
  };
}
