// Kconfig expressions against a .config (scripts/kconfig/expr.c, expr_calc_value(), v6.12), told true from false only:
// m counts as true.
import type { KconfigSymbol } from '../../kconfig/index.js';

export type Expression = KconfigSymbol['dependencies'][number];

/** A .config: `CONFIG_…` to value, those not set absent. */
export type Values = ReadonlyMap<string, string>;

type Operand = Extract<Expression, { kind: 'symbol' | 'constant' }>;

export function holds(expression: Expression, values: Values): boolean {
  switch (expression.kind) {
    case 'and':
      return holds(expression.left, values) && holds(expression.right, values);
    case 'or':
      return holds(expression.left, values) || holds(expression.right, values);
    case 'not':
      return !holds(expression.of, values);
    case 'compare': {
      const [left, right] = [operandValue(expression.left, values), operandValue(expression.right, values)];
      if (expression.operator === '=') return left === right;
      if (expression.operator === '!=') return left !== right;
      const [a, b] = [Number(left), Number(right)];
      return { '<': a < b, '<=': a <= b, '>': a > b, '>=': a >= b }[expression.operator];
    }
    default:
      return /^[ym]$/.test(operandValue(expression, values));
  }
}

/** The value of an operand, a string without its quotes. */
export function operandValue(operand: Operand, values: Values): string {
  if (operand.kind === 'constant') return operand.text;
  return (values.get(`CONFIG_${operand.text}`) ?? 'n').replace(/^"(.*)"$/, '$1');
}

/** Which of the parts that must all hold do not. */
export function falseParts(expression: Expression, values: Values): readonly Expression[] {
  if (expression.kind === 'and')
    return [...falseParts(expression.left, values), ...falseParts(expression.right, values)];
  return holds(expression, values) ? [] : [expression];
}

/** As Kconfig files write it. */
export function formatExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'and':
      return `(${formatExpression(expression.left)} && ${formatExpression(expression.right)})`;
    case 'or':
      return `(${formatExpression(expression.left)} || ${formatExpression(expression.right)})`;
    case 'not':
      return `!${formatExpression(expression.of)}`;
    case 'compare':
      return `${formatExpression(expression.left)}${expression.operator}${formatExpression(expression.right)}`;
    default:
      return expression.text;
  }
}
