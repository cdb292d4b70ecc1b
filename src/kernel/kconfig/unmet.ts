// Why a line of a fragment did not take: the tree's own Kconfig files, held against the .config that came out.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { didYouMean } from '../../base/index.js';
import {
  type KconfigLine,
  type KconfigSymbol,
  type KconfigSymbols,
  parseKconfig,
} from '../../kconfig/index.js';
import { type Expression, falseParts, formatExpression, holds, operandValue, type Values } from './holds.js';

type Setting = Pick<KconfigLine, 'symbol' | 'value'>;

export interface Unmet {
  /** What stands in the way, as the end of a sentence. */
  readonly text: string;
  /** What to do. */
  readonly hint: string;
}

/**
 * By symbol, why each of `lines` is not as it says in the .config that came out.
 * @param source top folder of the tree, or of an overlay
 * @param values a .config: `CONFIG_…` to value, those not set absent
 */
export function explainUnmet(
  source: string,
  lines: readonly Setting[],
  values: Values,
): ReadonlyMap<string, Unmet> {
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
  return new Map(lines.map((line) => [line.symbol, explain(known, line, values)]));
}

function explain(known: KconfigSymbols, { symbol, value: wanted }: Setting, values: Values): Unmet {
  const name = symbol.replace(/^CONFIG_/, '');
  const definition = known.get(name);
  if (definition === undefined || definition.type === 'unknown') return unknownSymbol(known, name);
  const mistyped = valueOfOtherType(definition, wanted, values);
  if (mistyped !== null) return mistyped;
  const selectors = definition.selectedBy
    .filter(({ condition, value }) => isOn(value, values) && holds(condition, values))
    .map(({ value }) => `CONFIG_${value.name}`);
  if (values.has(symbol) && selectors.length > 0)
    return {
      text: `${list(selectors, 'and')} ${selectors.length === 1 ? 'selects' : 'select'} it`,
      hint: `Remove the line, or turn off ${list(selectors, 'and')}.`,
    };
  const unmet = unmetParts(definition, values);
  if (unmet.length > 0)
    return {
      text: `it depends on ${list(unmet.map(formatExpression), 'and on')}, which does not hold`,
      hint: unmet.map((part) => wayOut(known, part, values)).join(' '),
    };
  if (definition.prompts.every((prompt) => !holds(prompt, values)))
    return notByHand(known, definition, values);
  if (definition.choice !== null) {
    const winner = definition.choice.members.find((member) => isOn(member, values));
    return {
      text:
        winner === undefined ? 'it is one of a choice' : `CONFIG_${winner.name} of the same choice is set`,
      hint: 'Set one member of the choice alone.',
    };
  }
  return outOfRange(definition, wanted, values) ?? doesNotTake;
}

const doesNotTake: Unmet = {
  text: 'Kconfig does not take this value',
  hint: 'Check what the symbol may be in its Kconfig file.',
};

function unknownSymbol(known: KconfigSymbols, name: string): Unmet {
  const defined = [...known.values()].filter(({ type }) => type !== 'unknown');
  const names = defined.map((other) => `CONFIG_${other.name}`);
  return {
    text: 'the tree has no such symbol',
    hint: didYouMean(`CONFIG_${name}`, names) ?? 'Remove the line, or use a tree that has it.',
  };
}

const typeNames = {
  bool: 'a bool: y or n',
  tristate: 'a tristate: y, m or n',
  int: 'a whole number',
  hex: 'a hex number',
  string: 'a string in double quotes',
};

function valueOfOtherType(definition: KconfigSymbol, wanted: string, values: Values): Unmet | null {
  const { type } = definition;
  if (type === 'unknown' || wanted === 'n') return null;
  if (wanted === 'm' && type === 'tristate' && !holds({ kind: 'symbol', text: 'MODULES' }, values))
    return { text: 'there are no modules without CONFIG_MODULES', hint: 'Write y.' };
  const fits = {
    bool: /^y$/,
    tristate: /^[ym]$/,
    int: /^-?\d+$/,
    hex: /^(?:0x)?[0-9a-f]+$/i,
    string: /^"/,
  }[type].test(wanted);
  return fits ? null : { text: `it is ${typeNames[type]}`, hint: 'Write a value of its type.' };
}

function outOfRange(definition: KconfigSymbol, wanted: string, values: Values): Unmet | null {
  const range = definition.ranges.find(({ condition }) => holds(condition, values))?.value;
  if (range === undefined) return null;
  const [low, high] = [operandValue(range.low, values), operandValue(range.high, values)];
  if (Number(wanted) >= Number(low) && Number(wanted) <= Number(high)) return null;
  return { text: `its range is ${low} to ${high}`, hint: 'Write a number in its range.' };
}

function notByHand(known: KconfigSymbols, definition: KconfigSymbol, values: Values): Unmet {
  const [prompt] = definition.prompts;
  if (prompt !== undefined) {
    const hiding = falseParts(prompt, values);
    return {
      text: `it can be set only with ${list(hiding.map(formatExpression), 'and')}`,
      hint: hiding.map((part) => wayOut(known, part, values)).join(' '),
    };
  }
  const by = settableSelectors(definition);
  return {
    text: 'it cannot be set by hand',
    hint:
      by.length === 0
        ? 'Remove the line: its value follows from other symbols.'
        : `Set what selects it: ${list(by, 'or')}.`,
  };
}

/** What can be set by hand and selects the symbol, itself or through others. */
function settableSelectors(definition: KconfigSymbol): readonly string[] {
  const seen = new Set<KconfigSymbol>([definition]);
  for (const symbol of seen)
    if (symbol === definition || symbol.prompts.length === 0)
      for (const { value } of symbol.selectedBy) seen.add(value);
  return [...seen].filter(({ prompts }) => prompts.length > 0).map(({ name }) => `CONFIG_${name}`);
}

/** The conjuncts that are false, of the definition that has the fewest. */
function unmetParts(definition: KconfigSymbol, values: Values): readonly Expression[] {
  const perDefinition = definition.dependencies.map((dependency) => falseParts(dependency, values));
  return perDefinition.sort((a, b) => a.length - b.length)[0] ?? [];
}

/** What makes one false part true, one step further: a symbol may be selected only, or depend on others itself. */
function wayOut(known: KconfigSymbols, part: Expression, values: Values): string {
  if (part.kind !== 'symbol') return `Add to the kunitconfig what makes ${formatExpression(part)} true.`;
  const definition = known.get(part.text);
  if (definition === undefined || definition.type === 'unknown')
    return `The tree has no CONFIG_${part.text}: use another tree or architecture.`;
  if (definition.prompts.length === 0) {
    const by = settableSelectors(definition);
    return by.length === 0
      ? `CONFIG_${part.text} cannot be set by hand.`
      : `CONFIG_${part.text} cannot be set by hand: set what selects it, ${list(by, 'or')}.`;
  }
  const further = unmetParts(definition, values).map(formatExpression);
  const needs = further.length === 0 ? '' : `, which in turn depends on ${list(further, 'and on')}`;
  return `Add CONFIG_${part.text}=y${needs}.`;
}

function isOn({ name }: KconfigSymbol, values: Values): boolean {
  return holds({ kind: 'symbol', text: name }, values);
}

function list(names: readonly string[], joint: string): string {
  const unique = [...new Set(names)];
  const most = 6;
  if (unique.length > most) return `${unique.slice(0, most).join(', ')} …`;
  const last = unique.at(-1) ?? '';
  return unique.length < 2 ? last : `${unique.slice(0, -1).join(', ')} ${joint} ${last}`;
}
