// The values of all symbols, given what a user set: what `make olddefconfig` computes (sym_calc_value() and
// sym_calc_choice() of scripts/kconfig/symbol.c, expr_calc_value() of expr.c, v6.12).
import type { Comparison, Expression, Operand } from './expression.js';
import type { Conditional, KconfigChoice, KconfigSymbol, KconfigSymbols, SymbolType } from './symbols.js';

/** `n`, `m`, `y`. */
type Tristate = 0 | 1 | 2;

const letters = ['n', 'm', 'y'] as const;

/** Every symbol that a `.config` would have a line for, and its value: `y`, `m`, `n`, a number or text without quotes. */
export type KconfigValues = ReadonlyMap<string, { readonly type: SymbolType; readonly value: string }>;

/**
 * @param user values by symbol name, without `CONFIG_`: `y`, `m`, `n`, a number, or text with or without quotes
 * @param otherwise what a visible symbol that the user did not set gets: its default, as `olddefconfig`, or `n`
 *   where that is possible, as `allnoconfig`
 */
export function evaluateKconfig(
  symbols: KconfigSymbols,
  user: ReadonlyMap<string, string>,
  otherwise: 'default' | 'no' = 'default',
): KconfigValues {
  const evaluator = new Evaluator(symbols, user, otherwise);
  const values = new Map<string, { type: SymbolType; value: string }>();
  for (const symbol of symbols.values()) {
    if (symbol.type === 'unknown') continue;
    const { value, written } = evaluator.result(symbol);
    if (written) values.set(symbol.name, { type: evaluator.typeOf(symbol), value });
  }
  return values;
}

interface Result {
  readonly value: string;
  readonly written: boolean;
}

class Evaluator {
  private readonly results = new Map<KconfigSymbol, Result>();
  private readonly visibilities = new Map<KconfigSymbol, Tristate>();
  private readonly selected = new Map<KconfigChoice, KconfigSymbol | null>();
  private readonly modules: KconfigSymbol | null;
  private hasModules: boolean | null = null;
  private readonly symbols: KconfigSymbols;
  private readonly user: ReadonlyMap<string, string>;
  private readonly otherwise: 'default' | 'no';

  constructor(symbols: KconfigSymbols, user: ReadonlyMap<string, string>, otherwise: 'default' | 'no') {
    this.symbols = symbols;
    this.user = user;
    this.otherwise = otherwise;
    this.modules = [...symbols.values()].find(({ isModules }) => isModules) ?? null;
  }

  typeOf(symbol: KconfigSymbol): SymbolType {
    return symbol.type === 'tristate' && !this.modulesEnabled() ? 'bool' : symbol.type;
  }

  result(symbol: KconfigSymbol): Result {
    const known = this.results.get(symbol);
    if (known !== undefined) return known;
    // A symbol that depends on itself sees the value from before: none.
    this.results.set(symbol, { value: isLogical(symbol.type) ? 'n' : '', written: false });
    const result = isLogical(symbol.type) ? this.logicalResult(symbol) : this.textResult(symbol);
    this.results.set(symbol, result);
    return result;
  }

  private modulesEnabled(): boolean {
    if (this.hasModules === null) {
      this.hasModules = false;
      if (this.modules !== null) {
        const value = this.result(this.modules).value;
        this.results.clear();
        this.visibilities.clear();
        this.selected.clear();
        this.hasModules = value !== 'n';
      }
    }
    return this.hasModules;
  }

  private logicalResult(symbol: KconfigSymbol): Result {
    const visible = this.visibility(symbol);
    const dependency = this.any(symbol.dependencies);
    const reverse = this.reverse(symbol.selectedBy);
    let written = visible > 0;
    let value: Tristate = 0;
    if (symbol.choice !== null) {
      value = visible > 0 && this.choose(symbol.choice) === symbol ? 2 : 0;
    } else {
      const set = this.userTristate(symbol);
      if (visible > 0 && set !== null) {
        value = smaller(set, visible);
      } else {
        if (reverse > 0) written = true;
        if (this.otherwise === 'default' || visible === 0) {
          const first = this.firstActive(symbol.defaults);
          if (first !== null) {
            value = smaller(this.defaultTristate(first.value), first.condition);
            if (value > 0) written = true;
          }
          const implied = this.reverse(symbol.impliedBy);
          if (implied > 0) {
            written = true;
            value = smaller(larger(value, implied), dependency);
          }
        }
      }
    }
    value = larger(value, reverse);
    if (value === 1 && this.typeOf(symbol) === 'bool') value = 2;
    return { value: letters[value], written };
  }

  private textResult(symbol: KconfigSymbol): Result {
    const visible = this.visibility(symbol);
    const given = this.user.get(symbol.name);
    const range = this.firstActive(symbol.ranges)?.value ?? null;
    if (visible > 0 && given !== undefined && given !== 'n') {
      const text = withoutQuotes(given);
      if (symbol.type === 'string') return { value: text, written: true };
      if (number(text, symbol.type) !== null)
        return { value: range === null ? text : this.clamp(symbol, text, range), written: true };
    }
    const first = this.firstActive(symbol.defaults);
    const value = first === null ? '' : this.text(first.value);
    return {
      value: range === null || symbol.type === 'string' ? value : this.clamp(symbol, value, range),
      written: visible > 0 || (first !== null && value !== ''),
    };
  }

  private clamp(
    symbol: KconfigSymbol,
    text: string,
    range: { readonly low: Operand; readonly high: Operand },
  ): string {
    const low = number(this.operandText(range.low), symbol.type) ?? 0n;
    const high = number(this.operandText(range.high), symbol.type) ?? 0n;
    const value = number(text, symbol.type) ?? 0n;
    if (value >= low && value <= high) return text === '' ? '0' : text;
    const limit = value < low ? low : high;
    return symbol.type === 'hex' ? `0x${limit.toString(16)}` : limit.toString();
  }

  private choose(choice: KconfigChoice): KconfigSymbol | null {
    const known = this.selected.get(choice);
    if (known !== undefined) return known;
    this.selected.set(choice, null);
    const visible = choice.members.filter((member) => this.visibility(member) > 0);
    const isSet = (member: KconfigSymbol) => (this.userTristate(member) ?? 0) > 0;
    const refused = (member: KconfigSymbol) => this.userTristate(member) === 0;
    const preferred = choice.defaults.find(
      ({ value, condition }) => this.tristate(condition) > 0 && visible.includes(value),
    )?.value;
    const chosen =
      visible.findLast(isSet) ??
      (preferred !== undefined && !refused(preferred) ? preferred : undefined) ??
      visible.find((member) => !refused(member)) ??
      preferred ??
      visible[0] ??
      null;
    this.selected.set(choice, chosen);
    return chosen;
  }

  private visibility(symbol: KconfigSymbol): Tristate {
    const known = this.visibilities.get(symbol);
    if (known !== undefined) return known;
    this.visibilities.set(symbol, 0);
    let visible = this.any(symbol.prompts);
    if (visible === 1 && this.typeOf(symbol) !== 'tristate') visible = 2;
    this.visibilities.set(symbol, visible);
    return visible;
  }

  private userTristate(symbol: KconfigSymbol): Tristate | null {
    const given = this.user.get(symbol.name);
    if (given === undefined) return null;
    return given === 'y' ? 2 : given === 'm' ? 1 : given === 'n' ? 0 : null;
  }

  private any(conditions: readonly Expression[]): Tristate {
    return conditions.reduce<Tristate>((value, condition) => larger(value, this.tristate(condition)), 0);
  }

  private reverse(sources: readonly Conditional<KconfigSymbol>[]): Tristate {
    let value: Tristate = 0;
    for (const source of sources) {
      if (value === 2) break;
      const own = this.symbolTristate(source.value);
      if (own > value) value = larger(value, smaller(own, this.tristate(source.condition)));
    }
    return value;
  }

  private firstActive<T>(
    items: readonly Conditional<T>[],
  ): { readonly value: T; readonly condition: Tristate } | null {
    for (const { value, condition } of items) {
      const active = this.tristate(condition);
      if (active > 0) return { value, condition: active };
    }
    return null;
  }

  private tristate(expression: Expression): Tristate {
    switch (expression.kind) {
      case 'constant':
        // rewrite_m() of menu.c: `m` in a condition is `m && MODULES`.
        return expression.text === 'm' && !this.modulesEnabled() ? 0 : letterValue(expression.text);
      case 'symbol': {
        const symbol = this.symbols.get(expression.text);
        return symbol === undefined ? 0 : this.symbolTristate(symbol);
      }
      case 'not':
        return (2 - this.tristate(expression.of)) as Tristate;
      case 'and': {
        const left = this.tristate(expression.left);
        return left === 0 ? 0 : smaller(left, this.tristate(expression.right));
      }
      case 'or': {
        const left = this.tristate(expression.left);
        return left === 2 ? 2 : larger(left, this.tristate(expression.right));
      }
      case 'compare':
        return this.compare(expression.operator, expression.left, expression.right) ? 2 : 0;
    }
  }

  private defaultTristate(expression: Expression): Tristate {
    return expression.kind === 'constant' ? letterValue(expression.text) : this.tristate(expression);
  }

  private symbolTristate(symbol: KconfigSymbol): Tristate {
    return isLogical(symbol.type) ? letterValue(this.result(symbol).value) : 0;
  }

  private compare(operator: Comparison, left: Operand, right: Operand): boolean {
    const [a, b] = [this.operandText(left), this.operandText(right)];
    const [x, y] = [number(a, this.operandType(left)), number(b, this.operandType(right))];
    let order: number;
    if (x !== null && y !== null) order = x < y ? -1 : x > y ? 1 : 0;
    else order = a < b ? -1 : a > b ? 1 : 0;
    switch (operator) {
      case '=':
        return order === 0;
      case '!=':
        return order !== 0;
      case '<':
        return order < 0;
      case '<=':
        return order <= 0;
      case '>':
        return order > 0;
      case '>=':
        return order >= 0;
    }
  }

  private operandType(operand: Operand): SymbolType {
    if (operand.kind === 'constant') return /^[ymn]$/.test(operand.text) ? 'tristate' : 'unknown';
    return this.symbols.get(operand.text)?.type ?? 'unknown';
  }

  private operandText(operand: Operand): string {
    if (operand.kind === 'constant') return operand.text;
    const symbol = this.symbols.get(operand.text);
    // A word that no file defines stands for itself: that is how numbers are written.
    return symbol === undefined || symbol.type === 'unknown' ? operand.text : this.result(symbol).value;
  }

  private text(expression: Expression): string {
    return expression.kind === 'symbol' || expression.kind === 'constant' ? this.operandText(expression) : '';
  }
}

function isLogical(type: SymbolType): boolean {
  return type === 'bool' || type === 'tristate';
}

function letterValue(text: string): Tristate {
  return text === 'y' ? 2 : text === 'm' ? 1 : 0;
}

function smaller(left: Tristate, right: Tristate): Tristate {
  return left < right ? left : right;
}

function larger(left: Tristate, right: Tristate): Tristate {
  return left > right ? left : right;
}

function withoutQuotes(text: string): string {
  return /^".*"$/s.test(text) ? text.slice(1, -1).replace(/\\(.)/g, '$1') : text;
}

/** The number that `text` is to Kconfig, by the type of what it belongs to; `null` when it is none. */
function number(text: string, type: SymbolType): bigint | null {
  if (isLogical(type)) return /^[ymn]$/.test(text) ? BigInt(letterValue(text)) : null;
  const match = /^(-?)(0x)?([0-9a-f]+)$/i.exec(text);
  if (match === null) return null;
  const [, sign, prefix, digits = ''] = match;
  if (prefix === undefined && type !== 'hex' && !/^\d+$/.test(digits)) return null;
  const value = prefix !== undefined || type === 'hex' ? BigInt(`0x${digits}`) : BigInt(digits);
  return sign === '-' ? -value : value;
}
