// Why a line of a fragment did not take: the tree's own Kconfig files, held against the .config that came out.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { didYouMean } from '../../base/index.js';
import { type KconfigSymbol, type KconfigSymbols, parseKconfig } from '../../kconfig/index.js';

type Expression = KconfigSymbol['dependencies'][number];

export interface Unmet {
  /** What stands in the way, as the end of a sentence. */
  readonly text: string;
  /** What to do. */
  readonly hint: string;
}

/**
 * @param source top folder of the tree, or of an overlay
 * @param symbols with their `CONFIG_`
 * @param values a .config: `CONFIG_…` to value, those not set absent
 */
export async function explainUnmet(
  source: string,
  symbols: readonly string[],
  values: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, Unmet>> {
  const read = (path: string) => {
    try {
      return readFileSync(join(source, path), 'utf8');
    } catch {
      return null;
    }
  };
  const known = parseKconfig('Kconfig', read, {
    SRCARCH: 'x86',
    ARCH: 'x86_64',
    srctree: source,
    KERNELVERSION: '',
  });
  return new Map(symbols.map((symbol) => [symbol, explain(known, symbol, values)]));
}

function explain(known: KconfigSymbols, symbol: string, values: ReadonlyMap<string, string>): Unmet {
  const name = symbol.replace(/^CONFIG_/, '');
  const definition = known.get(name);
  if (definition === undefined || definition.type === 'unknown')
    return {
      text: 'the tree has no such symbol',
      hint:
        didYouMean(
          name,
          [...known.values()].filter(({ type }) => type !== 'unknown').map((other) => other.name),
        ) ?? 'Remove the line, or use a tree that has it.',
    };
  const unmet = unmetParts(definition, values);
  if (unmet.length > 0) {
    const parts = unmet.map(format);
    return {
      text: `it depends on ${parts.join(' and on ')}, which does not hold`,
      hint: `Add to the kunitconfig what makes ${parts.join(' and ')} true.`,
    };
  }
  const selectors = definition.selectedBy
    .filter(({ condition }) => holds(condition, values))
    .map((by) => by.value.name);
  if (values.has(symbol) && selectors.length > 0)
    return {
      text: `${selectors.map((by) => `CONFIG_${by}`).join(' and ')} selects it`,
      hint: `Remove the line, or turn off ${selectors.map((by) => `CONFIG_${by}`).join(' and ')}.`,
    };
  if (definition.prompts.every((prompt) => !holds(prompt, values))) {
    const by = definition.selectedBy.map(({ value }) => `CONFIG_${value.name}`);
    return {
      text: 'it cannot be set by hand',
      hint:
        by.length === 0
          ? 'Remove the line: its value follows from other symbols.'
          : `Set one of what selects it: ${by.slice(0, 6).join(', ')}${by.length > 6 ? ' …' : ''}.`,
    };
  }
  if (definition.choice !== null)
    return { text: 'another member of its choice won', hint: 'Set one member of the choice alone.' };
  return { text: 'Kconfig does not take this value', hint: 'Check the type and the range of the symbol.' };
}

/** The conjuncts that are false, of the definition that has the fewest. */
function unmetParts(definition: KconfigSymbol, values: ReadonlyMap<string, string>): readonly Expression[] {
  const perDefinition = definition.dependencies.map((dependency) =>
    conjuncts(dependency).filter((part) => !holds(part, values)),
  );
  return perDefinition.sort((a, b) => a.length - b.length)[0] ?? [];
}

function conjuncts(expression: Expression): readonly Expression[] {
  return expression.kind === 'and'
    ? [...conjuncts(expression.left), ...conjuncts(expression.right)]
    : [expression];
}

function holds(expression: Expression, values: ReadonlyMap<string, string>): boolean {
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

function operandValue(operand: { kind: string; text: string }, values: ReadonlyMap<string, string>): string {
  if (operand.kind === 'constant') return operand.text;
  return (values.get(`CONFIG_${operand.text}`) ?? 'n').replace(/^"(.*)"$/, '$1');
}

function format(expression: Expression): string {
  switch (expression.kind) {
    case 'and':
      return `(${format(expression.left)} && ${format(expression.right)})`;
    case 'or':
      return `(${format(expression.left)} || ${format(expression.right)})`;
    case 'not':
      return `!${format(expression.of)}`;
    case 'compare':
      return `${format(expression.left)}${expression.operator}${format(expression.right)}`;
    default:
      return expression.text;
  }
}
