// The body of a process: from C's syntax tree to the statements that a litmus test may have.

import { inputError, type MillraceError } from '../base/index.js';
import type { CNode, CParser } from '../c-syntax/index.js';
import { type Primitive, primitives } from './primitives.js';
import type { Expression, Rmw, Statement } from './types.js';

/** `line`: of the process's first line in `file`. */
export function readBody(parser: CParser, source: string, line: number, file: string): readonly Statement[] {
  const root = parser.parse(`void ${source}`);
  return new BodyReader(file, line).process(root);
}

const one: Expression = { kind: 'number', value: 1 };
const zero: Expression = { kind: 'number', value: 0 };

class BodyReader {
  private readonly file: string;
  private readonly firstLine: number;

  constructor(file: string, firstLine: number) {
    this.file = file;
    this.firstLine = firstLine;
  }

  process(root: CNode): readonly Statement[] {
    const body = root.descendantsOfType('function_definition')[0]?.childForFieldName('body');
    if (body === null || body === undefined) throw this.error(root, 'is no process');
    const wrong = root.descendantsOfType('ERROR')[0];
    if (wrong !== undefined) throw this.error(wrong, 'is not C that a litmus test may have');
    return this.statements(body);
  }

  private statements(block: CNode): readonly Statement[] {
    return block.namedChildren.flatMap((child) => this.statement(child));
  }

  private statement(node: CNode): readonly Statement[] {
    switch (node.type) {
      case 'comment':
        return [];
      case 'compound_statement':
        return this.statements(node);
      case 'declaration':
        return node.childrenForFieldName('declarator').flatMap((declarator) => this.declarator(declarator));
      case 'expression_statement': {
        const [inner] = node.namedChildren.filter(({ type }) => type !== 'comment');
        return inner === undefined ? [] : this.effect(inner);
      }
      case 'if_statement':
        return [this.branch(node)];
      default:
        throw this.error(node, 'is no statement of a litmus test', 'Loops have to be unrolled.');
    }
  }

  private declarator(declarator: CNode): readonly Statement[] {
    if (declarator.type !== 'init_declarator') return [];
    const name = declarator.childForFieldName('declarator')?.descendantsOfType('identifier')[0]?.text;
    const value = declarator.childForFieldName('value');
    if (name === undefined || value === null) throw this.error(declarator, 'cannot be read');
    return [{ kind: 'assign', register: name, value: this.expression(value) }];
  }

  private branch(node: CNode): Statement {
    const condition = node.childForFieldName('condition');
    const yes = node.childForFieldName('consequence');
    const otherwise = node.childForFieldName('alternative');
    if (condition === null || yes === null) throw this.error(node, 'cannot be read');
    return {
      kind: 'if',
      condition: this.expression(condition),
      yes: this.statement(yes),
      no: otherwise?.namedChildren.flatMap((child) => this.statement(child)) ?? [],
    };
  }

  /** An expression that stands alone. */
  private effect(node: CNode): readonly Statement[] {
    if (node.type === 'assignment_expression') return [this.assignment(node)];
    if (node.type === 'call_expression') return this.call(node);
    return [{ kind: 'evaluate', value: this.expression(node) }];
  }

  private assignment(node: CNode): Statement {
    const left = this.bare(node.childForFieldName('left') as CNode);
    const right = this.expression(node.childForFieldName('right') as CNode);
    const operator = (node.childForFieldName('operator')?.text ?? '=').slice(0, -1);
    const combine = (old: Expression): Expression =>
      operator === '' ? right : { kind: 'binary', operator, left: old, right };
    if (left.type === 'identifier') {
      const register = left.text;
      return { kind: 'assign', register, value: combine({ kind: 'register', name: register }) };
    }
    if (left.type !== 'pointer_expression') throw this.error(left, 'cannot be assigned to');
    const address = this.pointee(left);
    const line = this.line(node);
    const value = combine({ kind: 'load', address, order: 'plain', line });
    return { kind: 'store', address, value, order: 'plain', line };
  }

  /** A call that stands alone: those without a value are statements. */
  private call(node: CNode): readonly Statement[] {
    const { primitive, args } = this.primitive(node);
    const line = this.line(node);
    switch (primitive.kind) {
      case 'fence':
        return [{ kind: 'fence', fence: primitive.fence, line }];
      case 'store': {
        const [target, value] = args as [CNode, CNode];
        const address = primitive.isLvalue ? this.lvalue(target) : this.expression(target);
        const store: Statement = {
          kind: 'store',
          address,
          value: this.expression(value),
          order: primitive.order,
          line,
        };
        return primitive.thenMb ? [store, { kind: 'fence', fence: 'mb', line }] : [store];
      }
      case 'lock':
      case 'unlock':
      case 'sync-srcu':
        return [{ kind: primitive.kind, address: this.expression(args[0] as CNode), line }];
      default:
        return [{ kind: 'evaluate', value: this.expression(node) }];
    }
  }

  private expression(outer: CNode): Expression {
    const node = this.bare(outer);
    switch (node.type) {
      case 'number_literal': {
        const value = Number(node.text.replace(/[uUlL]+$/, ''));
        if (!Number.isInteger(value)) throw this.error(node, 'is no number of a litmus test');
        return { kind: 'number', value };
      }
      case 'identifier':
        return { kind: 'register', name: node.text };
      case 'null':
        return zero;
      case 'pointer_expression':
        if (node.childForFieldName('operator')?.text === '&')
          return this.lvalue(node.childForFieldName('argument') as CNode);
        return { kind: 'load', address: this.pointee(node), order: 'plain', line: this.line(node) };
      case 'unary_expression':
        return {
          kind: 'unary',
          operator: node.childForFieldName('operator')?.text ?? '',
          operand: this.expression(node.childForFieldName('argument') as CNode),
        };
      case 'binary_expression':
        return {
          kind: 'binary',
          operator: node.childForFieldName('operator')?.text ?? '',
          left: this.expression(node.childForFieldName('left') as CNode),
          right: this.expression(node.childForFieldName('right') as CNode),
        };
      case 'conditional_expression':
        return {
          kind: 'conditional',
          condition: this.expression(node.childForFieldName('condition') as CNode),
          yes: this.expression(node.childForFieldName('consequence') as CNode),
          no: this.expression(node.childForFieldName('alternative') as CNode),
        };
      case 'call_expression':
        return this.value(node);
      default:
        throw this.error(node, 'is no expression of a litmus test');
    }
  }

  /** A call with a value. */
  private value(node: CNode): Expression {
    const { primitive, args } = this.primitive(node);
    const line = this.line(node);
    const address = () => this.expression(args[0] as CNode);
    const argument = (index: number) => this.expression(args[index] as CNode);
    const rmw = (operation: Rmw): Expression => ({ kind: 'rmw', operation, line });
    switch (primitive.kind) {
      case 'load': {
        const from = primitive.isLvalue ? this.lvalue(args[0] as CNode) : address();
        return { kind: 'load', address: from, order: primitive.order, line };
      }
      case 'trylock':
      case 'is-locked':
        return { kind: primitive.kind, address: address(), line };
      case 'exchange':
        return rmw({
          address: address(),
          order: primitive.order,
          update: { store: argument(1) },
          condition: null,
          returns: 'old',
        });
      case 'compare-exchange':
        return rmw({
          address: address(),
          order: primitive.order,
          update: { store: argument(2) },
          condition: { value: argument(1), isEqual: true },
          returns: 'old',
        });
      case 'add-unless':
        return rmw({
          address: address(),
          order: 'mb',
          update: { operator: '+', operand: argument(1) },
          condition: { value: argument(2), isEqual: false },
          returns: 'stored',
        });
      case 'arithmetic': {
        const target = this.expression(args[primitive.byOne ? 0 : 1] as CNode);
        const result = rmw({
          address: target,
          order: primitive.order,
          update: { operator: primitive.operator, operand: primitive.byOne ? one : argument(0) },
          condition: null,
          returns: primitive.returns,
        });
        return primitive.test === null
          ? result
          : { kind: 'binary', operator: primitive.test, left: result, right: zero };
      }
      default:
        throw this.error(node, 'has no value');
    }
  }

  private primitive(node: CNode): { readonly primitive: Primitive; readonly args: readonly CNode[] } {
    const name = node.childForFieldName('function')?.text ?? '';
    const primitive = primitives.get(name);
    if (primitive === undefined)
      throw this.error(
        node,
        `calls ${name}(), which the kernel's memory model does not define`,
        'docs/litmus.md lists the operations.',
      );
    const args = (node.childForFieldName('arguments')?.namedChildren ?? []).filter(
      ({ type }) => type !== 'comment',
    );
    if (args.length !== arity(primitive))
      throw this.error(node, `has ${args.length} arguments; ${name}() takes ${arity(primitive)}`);
    return { primitive, args };
  }

  /** The address of `*p` or of a variable. */
  private lvalue(outer: CNode): Expression {
    const node = this.bare(outer);
    if (node.type === 'pointer_expression' && node.childForFieldName('operator')?.text === '*')
      return this.pointee(node);
    // `READ_ONCE(x)` of a parameter without a star is the location itself.
    if (node.type === 'identifier') return { kind: 'register', name: node.text };
    throw this.error(node, 'is no location');
  }

  private pointee(node: CNode): Expression {
    return this.expression(node.childForFieldName('argument') as CNode);
  }

  /** Without parentheses and casts. */
  private bare(node: CNode): CNode {
    if (node.type === 'parenthesized_expression') {
      const inner = node.namedChildren.find(({ type }) => type !== 'comment');
      if (inner !== undefined) return this.bare(inner);
    }
    if (node.type === 'cast_expression') return this.bare(node.childForFieldName('value') as CNode);
    return node;
  }

  private line(node: CNode): number {
    return node.startPosition.row + this.firstLine;
  }

  private error(node: CNode, what: string, hint?: string): MillraceError {
    const text = node.text.replace(/\s+/g, ' ').slice(0, 60);
    return inputError(`\`${text}\` ${what}`, {
      at: { file: this.file, line: this.line(node) },
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

function arity(primitive: Primitive): number {
  switch (primitive.kind) {
    case 'fence':
      return 0;
    case 'store':
    case 'exchange':
      return 2;
    case 'compare-exchange':
    case 'add-unless':
      return 3;
    case 'arithmetic':
      return primitive.byOne ? 1 : 2;
    default:
      return 1;
  }
}
