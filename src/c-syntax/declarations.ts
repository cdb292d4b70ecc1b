// What declarations of a C file say, read off its syntax tree: functions, parameters, fields and variables.
import type { CNode } from './parser.js';

export interface CType {
  /** Tag of the structure or union, where it is one: `tw686x_dev`. */
  readonly struct: string | null;
  /** The type without its declarator: `struct tw686x_dev`, `unsigned int`, `spinlock_t`. */
  readonly base: string;
  /** How many times it is a pointer, arrays aside. */
  readonly pointers: number;
  readonly isArray: boolean;
  /** A pointer to a function. */
  readonly isFunction: boolean;
}

export interface CVariable {
  readonly name: string;
  readonly type: CType;
  /** The declaration as the source has it, on one line. */
  readonly text: string;
}

export interface CFunction {
  readonly name: string;
  readonly file: string;
  /** Of its name, from 1. */
  readonly line: number;
  readonly endLine: number;
  readonly isStatic: boolean;
  readonly returns: CType;
  /** Type and stars as the source has them: `struct foo *`. */
  readonly returnText: string;
  readonly parameters: readonly CVariable[];
  /** Between the parentheses, on one line. */
  readonly parameterText: string;
  readonly body: CNode;
}

export interface CField extends CVariable {
  /** Inside an anonymous union: setting it sets its neighbours. */
  readonly inUnion: boolean;
}

export const unknownType: CType = {
  struct: null,
  base: '',
  pointers: 0,
  isArray: false,
  isFunction: false,
};

/** All functions defined in a file, by name; of several (conditional compilation), the first. */
export function functionsOf(root: CNode, file: string): ReadonlyMap<string, CFunction> {
  const found = new Map<string, CFunction>();
  for (const node of root.descendantsOfType('function_definition')) {
    const read = functionOf(node, file);
    if (read !== null && !found.has(read.name)) found.set(read.name, read);
  }
  return found;
}

function functionOf(node: CNode, file: string): CFunction | null {
  const body = node.childForFieldName('body');
  const type = node.childForFieldName('type');
  let declarator = node.childForFieldName('declarator');
  if (body === null || type === null) return null;
  let pointers = 0;
  while (declarator !== null && declarator.type === 'pointer_declarator') {
    pointers += 1;
    declarator = declarator.childForFieldName('declarator');
  }
  if (declarator?.type !== 'function_declarator') return null;
  const name = declarator.childForFieldName('declarator');
  const list = declarator.childForFieldName('parameters');
  if (name?.type !== 'identifier' || list === null) return null;
  const parameters = list.namedChildren
    .filter((child) => child.type === 'parameter_declaration')
    .map((child) => variablesOf(child)[0] ?? unnamed(child));
  const isVoid =
    parameters.length === 1 && parameters[0]?.type.base === 'void' && parameters[0].type.pointers === 0;
  return {
    name: name.text,
    file,
    line: name.startPosition.row + 1,
    endLine: node.endPosition.row + 1,
    isStatic: node.children.some(
      (child) => child.type === 'storage_class_specifier' && child.text === 'static',
    ),
    returns: { ...typeOf(type), pointers },
    returnText: oneLine(`${qualifiers(node)}${type.text} ${'*'.repeat(pointers)}`).trim(),
    parameters: isVoid ? [] : parameters,
    parameterText: oneLine(list.text).replace(/^\(\s*|\s*\)$/g, ''),
    body,
  };
}

function qualifiers(node: CNode): string {
  return node.children
    .filter((child) => child.type === 'type_qualifier' && child.text === 'const')
    .map((child) => `${child.text} `)
    .join('');
}

function unnamed(node: CNode): CVariable {
  const type = node.childForFieldName('type');
  const pointers = (node.childForFieldName('declarator')?.text.match(/\*/g) ?? []).length;
  return {
    name: '',
    type: type === null ? unknownType : { ...typeOf(type), pointers },
    text: oneLine(node.text),
  };
}

/** The variables of a declaration, a parameter or a field, each with its own type. */
export function variablesOf(node: CNode): readonly CVariable[] {
  const type = node.childForFieldName('type');
  if (type === null) return [];
  const base = typeOf(type);
  return node.childrenForFieldName('declarator').flatMap((declarator) => {
    if (declarator === null) return [];
    const read = declaratorOf(declarator);
    if (read === null) return [];
    const { name, ...shape } = read;
    return [{ name, type: { ...base, ...shape }, text: oneLine(node.text) }];
  });
}

interface Declarator {
  readonly name: string;
  readonly pointers: number;
  readonly isArray: boolean;
  readonly isFunction: boolean;
}

function declaratorOf(node: CNode): Declarator | null {
  switch (node.type) {
    case 'identifier':
    case 'field_identifier':
      return { name: node.text, pointers: 0, isArray: false, isFunction: false };
    case 'pointer_declarator': {
      const inner = innerOf(node);
      return inner === null ? null : { ...inner, pointers: inner.pointers + 1 };
    }
    case 'array_declarator': {
      const inner = innerOf(node);
      return inner === null ? null : { ...inner, isArray: true };
    }
    case 'function_declarator': {
      const inner = innerOf(node);
      return inner === null ? null : { ...inner, isFunction: true };
    }
    default:
      return innerOf(node);
  }
}

function innerOf(node: CNode): Declarator | null {
  const named = node.childForFieldName('declarator');
  if (named !== null) return declaratorOf(named);
  for (const child of node.namedChildren) {
    const found = declaratorOf(child);
    if (found !== null) return found;
  }
  return null;
}

/** The type that a type specifier names; pointers are the declarator's. */
export function typeOf(node: CNode): CType {
  const isTagged = node.type === 'struct_specifier' || node.type === 'union_specifier';
  const tag = isTagged ? (node.childForFieldName('name')?.text ?? null) : null;
  const base = isTagged ? `${node.type === 'union_specifier' ? 'union' : 'struct'} ${tag ?? ''}` : node.text;
  return { struct: tag, base: oneLine(base).trim(), pointers: 0, isArray: false, isFunction: false };
}

/** The fields of a structure's specifier; those of anonymous structures and unions inside count as its own. */
export function fieldsOf(
  specifier: CNode,
  inUnion = specifier.type === 'union_specifier',
): readonly CField[] {
  const body = specifier.childForFieldName('body');
  if (body === null) return [];
  const found: CField[] = [];
  const visit = (node: CNode, union: boolean) => {
    for (const child of node.namedChildren) {
      if (child.type === 'field_declaration') {
        const type = child.childForFieldName('type');
        const anonymous = type !== null && child.childrenForFieldName('declarator').length === 0;
        if (anonymous && type.childForFieldName('body') !== null)
          found.push(...fieldsOf(type, union || type.type === 'union_specifier'));
        else found.push(...variablesOf(child).map((field) => ({ ...field, inUnion: union })));
      } else if (child.type.startsWith('preproc_') || child.type === 'ERROR') visit(child, union);
    }
  };
  visit(body, inUnion);
  return found;
}

export function oneLine(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, ' ').replace(/\s+/g, ' ');
}
