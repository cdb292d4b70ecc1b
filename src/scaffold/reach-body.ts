// One function's body on the way through a side's code: which fields it uses, which pointers it follows, whom it calls.
import {
  type CFunction,
  type CNode,
  type CType,
  oneLine,
  typeOf,
  unknownType,
  variablesOf,
} from '../c-syntax/index.js';
import type { CScope } from './c-scope.js';
import { type CallContext, callOf } from './reach-calls.js';
import { require, requireCase } from './reach-conditions.js';
import { cellKey, type Place, placeKey, type Site } from './reach-types.js';
import { nothing, retyped, type Value } from './reach-values.js';
import type { Variables, Walk } from './reach-walk.js';

export class BodyWalk implements CallContext {
  returned: Value = nothing;
  readonly walk: Walk;
  readonly scope: CScope;
  readonly variables: Variables;
  readonly depth: number;
  /** How many macros the walk is in. */
  macroDepth = 0;
  private readonly owner: CFunction;

  constructor(walk: Walk, owner: CFunction, scope: CScope, variables: Variables, depth: number) {
    this.walk = walk;
    this.owner = owner;
    this.scope = scope;
    this.variables = variables;
    this.depth = depth;
  }

  statements(node: CNode): void {
    switch (node.type) {
      case 'declaration':
        this.declare(node);
        return;
      case 'return_statement': {
        const value = node.namedChildren[0];
        if (value === undefined) return;
        const result = this.value(value);
        if (this.returned === nothing || (this.returned.cell ?? this.returned.target) === null)
          this.returned = result;
        return;
      }
      case 'if_statement':
      case 'while_statement':
      case 'for_statement':
      case 'do_statement':
      case 'switch_statement': {
        const condition = node.childForFieldName('condition');
        if (condition !== null) this.test(condition);
        this.meet(node, condition);
        break;
      }
      default:
        if (node.type.endsWith('_expression') || node.type === 'identifier') {
          this.value(node);
          return;
        }
    }
    for (const child of node.namedChildren) this.statements(child);
  }

  hasLocal = (name: string): boolean => this.variables.has(name);

  /** Notes what leads on from here: past an early return, into a last branch, into a loop, to a case. */
  private meet(node: CNode, condition: CNode | null): void {
    if (node.type === 'switch_statement') requireCase(this, node);
    if (condition === null) return;
    if (node.type === 'for_statement') require(this, condition, true, 'branch');
    if (node.type !== 'if_statement') return;
    const consequence = node.childForFieldName('consequence');
    if (consequence === null || node.childForFieldName('alternative') !== null) return;
    if (leaves(consequence)) {
      if (!require(this, condition, false, 'return') && this.depth === 0 && this.isOwn(condition)) {
        const text = oneLine(condition.text);
        this.walk.reach.unmet.set(text, { condition: text, site: this.site(node) });
      }
    } else if (this.depth <= 1 && isLast(node)) require(this, condition, true, 'branch');
  }

  /** Whether what a condition looks at was there before the side began. */
  private isOwn(condition: CNode): boolean {
    return condition
      .descendantsOfType(['field_expression', 'identifier'])
      .some((node) => this.value(node).cell !== null || this.value(node).place !== null);
  }

  private declare(node: CNode): void {
    for (const { name, type } of variablesOf(node)) this.variables.set(name, { ...nothing, type });
    for (const declarator of node.childrenForFieldName('declarator')) {
      const initial = declarator?.type === 'init_declarator' ? declarator.childForFieldName('value') : null;
      if (initial === null || declarator === null) continue;
      const name = declarator.descendantsOfType('identifier')[0]?.text ?? '';
      const value = this.value(initial);
      const known = this.variables.get(name);
      if (known !== undefined) this.variables.set(name, retyped(value, known.type));
    }
  }

  private test(condition: CNode): void {
    for (const node of condition.descendantsOfType(['field_expression', 'identifier'])) {
      if (node.parent?.type === 'field_expression' && node.parent.childForFieldName('argument')?.equals(node))
        continue;
      const value = this.value(node);
      if (value.type.pointers > 0 && value.type.struct !== null && !value.type.isArray && value.cell !== null)
        this.follow(value, node);
      const place = value.cell?.kind === 'field' ? value.cell.place : value.place;
      if (place !== null && place.path !== '' && !isLock(value.type))
        this.walk.reach.tested.set(placeKey(place), { place, type: value.type, site: this.site(node) });
    }
  }

  value(node: CNode): Value {
    switch (node.type) {
      case 'identifier':
        return this.variables.get(node.text) ?? nothing;
      case 'parenthesized_expression': {
        const inner = node.namedChildren[0];
        return inner === undefined ? nothing : this.value(inner);
      }
      case 'field_expression':
        return this.field(node);
      case 'subscript_expression':
        return this.element(node);
      case 'pointer_expression':
        return this.pointer(node);
      case 'cast_expression': {
        const inner = node.childForFieldName('value');
        const type = node.childForFieldName('type');
        const value = inner === null ? nothing : this.value(inner);
        return type === null ? value : retyped(value, castType(type));
      }
      case 'assignment_expression':
        return this.assign(node);
      case 'call_expression':
        return callOf(this, node);
      case 'conditional_expression': {
        const condition = node.childForFieldName('condition');
        if (condition !== null) this.test(condition);
        const values = ['consequence', 'alternative'].map((name) => {
          const branch = node.childForFieldName(name);
          return branch === null ? nothing : this.value(branch);
        });
        return values.find(({ cell, target }) => (cell ?? target) !== null) ?? values[0] ?? nothing;
      }
      case 'binary_expression': {
        const values = node.namedChildren.map((child) => this.value(child));
        // p + n leads where p leads, as far as fakes go.
        return values.find(({ type }) => type.pointers > 0) ?? nothing;
      }
      case 'sizeof_expression':
      case 'offsetof_expression':
        return nothing;
      default:
        for (const child of node.namedChildren)
          if (child.type.endsWith('_statement') || child.type === 'declaration') this.statements(child);
          else this.value(child);
        return nothing;
    }
  }

  private field(node: CNode): Value {
    const argument = node.childForFieldName('argument');
    const name = node.childForFieldName('field')?.text;
    if (argument === null || name === undefined) return nothing;
    const holder = this.value(argument);
    const isArrow = node.children.some((child) => child.text === '->');
    if (holder.type.struct === null) return nothing;
    const field = this.scope.struct(holder.type.struct)?.fields.get(name);
    if (field === undefined) return nothing;
    const base = isArrow ? this.follow(holder, node) : holder.place;
    if (base === null) return { ...nothing, type: field.type };
    const place: Place = { struct: base.struct, path: base.path === '' ? name : `${base.path}.${name}` };
    const { type } = field;
    const entry = { place, type, site: this.site(node) };
    if (!this.walk.reach.fields.has(placeKey(place))) this.walk.reach.fields.set(placeKey(place), entry);
    if (type.isArray) return { type, place, cell: null, target: null };
    return { type, place, cell: type.pointers > 0 ? { kind: 'field', place } : null, target: null };
  }

  /** Where a pointer leads; notes that it has to lead there. */
  private follow(value: Value, node: CNode): Place | null {
    if (value.target !== null) return value.target;
    const { struct, pointers } = value.type;
    if (struct === null || pointers !== 1) {
      if (
        value.cell !== null &&
        pointers === 1 &&
        !value.type.isFunction &&
        !this.walk.reach.buffers.has(cellKey(value.cell))
      )
        this.walk.reach.buffers.set(cellKey(value.cell), {
          cell: value.cell,
          type: value.type,
          site: this.site(node),
        });
      return null;
    }
    if (value.cell === null || this.scope.struct(struct) === null) return null;
    const target = { struct, path: '' };
    this.walk.bind(value.cell, target);
    return target;
  }

  private element(node: CNode): Value {
    const argument = node.childForFieldName('argument');
    const index = node.childForFieldName('index');
    if (index !== null) this.value(index);
    if (argument === null) return nothing;
    const array = this.value(argument);
    if (array.type.isArray) {
      const place = array.place === null ? null : { ...array.place, path: `${array.place.path}[0]` };
      return { type: { ...array.type, isArray: false }, place, cell: null, target: null };
    }
    return this.dereferenced(array, node);
  }

  dereferenced(pointer: Value, node: CNode): Value {
    if (pointer.type.pointers === 0) return nothing;
    const place = this.follow(pointer, node);
    return {
      type: { ...pointer.type, pointers: pointer.type.pointers - 1 },
      place,
      cell: null,
      target: null,
    };
  }

  private pointer(node: CNode): Value {
    const argument = node.childForFieldName('argument');
    if (argument === null) return nothing;
    const value = this.value(argument);
    if (node.child(0)?.text === '*') return this.dereferenced(value, node);
    const type = { ...value.type, pointers: value.type.pointers + 1, isArray: false };
    return { type, place: null, cell: null, target: value.place };
  }

  private assign(node: CNode): Value {
    const left = node.childForFieldName('left');
    const right = node.childForFieldName('right');
    const value = right === null ? nothing : this.value(right);
    if (left?.type === 'identifier') {
      const known = this.variables.get(left.text);
      if (known !== undefined && (value.cell ?? value.target) !== null)
        this.variables.set(left.text, retyped(value, known.type));
    } else if (left !== null) this.value(left);
    return value;
  }

  site(node: CNode): Site {
    // A macro's expansion is in no file; a header's function was parsed apart from its file.
    const isInside = node.tree === this.owner.body.tree;
    const offset = this.owner.endLine - this.owner.body.endPosition.row;
    return { file: this.owner.file, line: isInside ? node.startPosition.row + offset : this.owner.line };
  }
}

function isLock(type: CType): boolean {
  return /^(?:raw_)?spinlock_t$|^rwlock_t$|^struct mutex$/.test(type.base);
}

function castType(node: CNode): CType {
  const type = node.childForFieldName('type');
  if (type === null) return unknownType;
  const pointers = (node.childForFieldName('declarator')?.text.match(/\*/g) ?? []).length;
  return { ...typeOf(type), pointers };
}

/** Whether a branch ends in leaving the function, or what is around it. */
function leaves(node: CNode): boolean {
  const last = node.type === 'compound_statement' ? node.namedChildren.at(-1) : node;
  return last !== undefined && /^(?:return|goto|break|continue)_statement$/.test(last.type);
}

/** Whether nothing but a return comes behind it in its function. */
function isLast(node: CNode): boolean {
  if (node.parent?.parent?.type !== 'function_definition') return false;
  const behind = node.parent.namedChildren.slice(
    node.parent.namedChildren.findIndex((one) => one.equals(node)) + 1,
  );
  return behind.every(({ type }) => type === 'return_statement' || type === 'comment');
}
