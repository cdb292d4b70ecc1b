// What has to hold for a side to come past its early returns: conditions of fields and parameters, turned into the value
// that meets them. Whatever is not set is zero.
import type { CNode } from '../c-syntax/index.js';
import type { CallContext } from './reach-calls.js';
import { cellKey, placeKey, type Want, type WantTarget } from './reach-types.js';
import type { Value } from './reach-values.js';

/** The body that conditions are read in. */
export interface ConditionContext extends CallContext {
  readonly hasLocal: (name: string) => boolean;
}

const transparent = new Set(['READ_ONCE', 'likely', 'unlikely', 'data_race', 'WARN_ON', 'WARN_ON_ONCE']);
const mostDepth = 8;
const negated = { '==': '!=', '!=': '==', '<': '>=', '>=': '<', '>': '<=', '<=': '>' } as const;
const mirrored = { '==': '==', '!=': '!=', '<': '>', '>': '<', '<=': '>=', '>=': '<=' } as const;
type Comparison = keyof typeof negated;

/** Notes what makes `node` come out as `truth`; false where that is not known and zeros do not do it. */
export function require(
  body: ConditionContext,
  node: CNode,
  truth: boolean,
  rank: Want['rank'],
  depth = 0,
): boolean {
  if (depth > mostDepth) return false;
  const inner = (next: CNode | undefined | null, value = truth) =>
    next !== undefined && next !== null && require(body, next, value, rank, depth + 1);
  switch (node.type) {
    case 'parenthesized_expression':
      return inner(node.namedChildren[0]);
    case 'unary_expression':
      return node.child(0)?.text === '!' && inner(node.namedChildren[0], !truth);
    case 'call_expression':
      return requireCall(body, node, truth, rank, depth);
    case 'number_literal':
      return (Number(node.text) !== 0) === truth;
    case 'binary_expression': {
      const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')];
      const operator = node.childForFieldName('operator')?.text ?? '';
      if (left === null || right === null) return false;
      if (operator === '&&' || operator === '||') {
        // Both for a true && and a false ||; for the others one will do, and zeros may give it.
        if ((operator === '&&') === truth) {
          const first = inner(left);
          return inner(right) && first;
        }
        if (byZeros(body, left) === truth || byZeros(body, right) === truth) return true;
        return inner(left) || inner(right);
      }
      if (operator === '&') return requireBits(body, left, right, truth, rank);
      if (operator in negated)
        return requireComparison(body, [left, right], operator as Comparison, truth, rank);
      return false;
    }
    case 'identifier':
    case 'field_expression':
    case 'subscript_expression': {
      const value = body.value(node);
      const target = targetOf(value);
      if (target === null) return false;
      // One that the code follows leads somewhere; others are NULL.
      if (isPointer(value))
        return truth || value.cell === null || !body.walk.reach.bindings.has(cellKey(value.cell));
      if (truth) want(body, target, { kind: 'value', text: '1' }, rank, node);
      return true;
    }
    default:
      return false;
  }
}

/** What comes out where all is zero; null where that is not known. */
function byZeros(body: ConditionContext, node: CNode): boolean | null {
  switch (node.type) {
    case 'parenthesized_expression':
      return node.namedChildren[0] === undefined ? null : byZeros(body, node.namedChildren[0]);
    case 'unary_expression': {
      const inner = node.namedChildren[0] === undefined ? null : byZeros(body, node.namedChildren[0]);
      return node.child(0)?.text === '!' && inner !== null ? !inner : null;
    }
    case 'identifier':
    case 'field_expression': {
      const value = body.value(node);
      return isPointer(value) || targetOf(value) === null ? null : false;
    }
    default:
      return null;
  }
}

function requireCall(
  body: ConditionContext,
  node: CNode,
  truth: boolean,
  rank: Want['rank'],
  depth: number,
): boolean {
  const name = node.childForFieldName('function')?.text ?? '';
  const args = (node.childForFieldName('arguments')?.namedChildren ?? []).filter(
    ({ type }) => type !== 'comment',
  );
  const [first, second] = args;
  if (transparent.has(name)) return first !== undefined && require(body, first, truth, rank, depth + 1);
  if (name === 'IS_ERR' || name === 'IS_ERR_OR_NULL') return !truth;
  if (name === 'test_bit' && first !== undefined && second !== undefined) {
    const place = body.value(second).target;
    if (place === null || !isConstant(body, first)) return false;
    if (truth) want(body, { kind: 'field', place }, { kind: 'bit', text: first.text }, rank, node);
    return true;
  }
  if (name === 'atomic_read' && first !== undefined) {
    const place = body.value(first).target;
    if (place === null) return false;
    if (truth) want(body, { kind: 'field', place }, { kind: 'atomic', text: '1' }, rank, node);
    return true;
  }
  return false;
}

function requireBits(
  body: ConditionContext,
  left: CNode,
  right: CNode,
  truth: boolean,
  rank: Want['rank'],
): boolean {
  const [field, bits] = isConstant(body, right) ? [left, right] : [right, left];
  const target = targetOf(body.value(field));
  if (target === null || !isConstant(body, bits)) return false;
  if (truth) want(body, target, { kind: 'bits', text: bits.text }, rank, field);
  return true;
}

function requireComparison(
  body: ConditionContext,
  [left, right]: readonly [CNode, CNode],
  operator: Comparison,
  truth: boolean,
  rank: Want['rank'],
): boolean {
  const isMirrored = isConstant(body, left);
  const [field, constant] = isMirrored ? [right, left] : [left, right];
  const plain = isMirrored ? mirrored[operator] : operator;
  const wanted = truth ? plain : negated[plain];
  if (!isConstant(body, constant)) return false;
  const isAtomic =
    field.type === 'call_expression' && field.childForFieldName('function')?.text === 'atomic_read';
  const argument = isAtomic ? field.childForFieldName('arguments')?.namedChildren[0] : undefined;
  const value = body.value(argument ?? field);
  const target: WantTarget | null =
    argument === undefined
      ? targetOf(value)
      : value.target === null
        ? null
        : { kind: 'field', place: value.target };
  if (target === null || (isPointer(value) && !isAtomic)) return false;
  const isZero = /^(?:0|NULL|false)$/.test(constant.text);
  const kind = isAtomic ? 'atomic' : 'value';
  const set = (text: string) => want(body, target, { kind, text }, rank, field);
  switch (wanted) {
    case '==':
    case '>=':
      if (!isZero) set(constant.text);
      break;
    case '!=':
      if (isZero) set('1');
      break;
    case '>':
      set(isZero ? '1' : `${constant.text} + 1`);
      break;
  }
  return true;
}

/** One of the values that a switch takes, for what decides it. */
export function requireCase(body: ConditionContext, node: CNode): void {
  const subject = node.childForFieldName('condition');
  const inner = subject?.type === 'parenthesized_expression' ? subject.namedChildren[0] : subject;
  const target = inner === null || inner === undefined ? null : targetOf(body.value(inner));
  if (target === null || inner === null || inner === undefined || isPointer(body.value(inner))) return;
  const label = node
    .descendantsOfType('case_statement')
    .flatMap((one) => one.childForFieldName('value') ?? [])
    .find((one) => isConstant(body, one));
  if (label !== undefined) want(body, target, { kind: 'value', text: label.text }, 'branch', node);
}

function want(
  body: ConditionContext,
  target: WantTarget,
  set: Want['set'],
  rank: Want['rank'],
  node: CNode,
): void {
  const { wants } = body.walk.reach;
  const key = `${targetKey(target)}${set.kind === 'bits' || set.kind === 'bit' ? ` ${set.text}` : ''}`;
  const before = wants.get(key);
  if (before !== undefined && (before.rank === 'return' || rank === 'branch')) return;
  wants.set(key, { target, set, rank, site: body.site(node) });
}

function targetKey(target: WantTarget): string {
  return target.kind === 'field' ? `field ${placeKey(target.place)}` : `parameter ${target.index}`;
}

function targetOf(value: Value): WantTarget | null {
  const { place, cell } = value;
  if (place !== null) return { kind: 'field', place };
  if (cell?.kind === 'parameter') return { kind: 'parameter', index: cell.index };
  return cell === null ? null : { kind: 'field', place: cell.place };
}

function isPointer({ type }: Value): boolean {
  return type.pointers > 0 || type.isArray;
}

/** Numbers, macros, enumerators: no variable of the body. */
function isConstant(body: ConditionContext, node: CNode): boolean {
  const names = node.type === 'identifier' ? [node] : node.descendantsOfType('identifier');
  const isPlain = !/^(?:field|subscript|assignment|update|pointer)_expression$/.test(node.type);
  const hasAccess = node.descendantsOfType(['field_expression', 'assignment_expression']).length > 0;
  return (
    isPlain &&
    !hasAccess &&
    names.every(({ text }) => !body.hasLocal(text) && /^[A-Z_0-9]+$|^NULL$/.test(text))
  );
}
