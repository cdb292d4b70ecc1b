// Which settings make a symbol `y`: a fragment for a configuration in which whatever is not set is off. The reverse of
// evaluateKconfig(), by trial: conditions are followed down to symbols that a user may set, and the result is evaluated.
import { evaluateKconfig, type KconfigValues } from './evaluate.js';
import type { Expression } from './expression.js';
import type { KconfigSymbol, KconfigSymbols } from './symbols.js';

export interface KconfigSettings {
  /** Values by name, without `CONFIG_`; what others depend on comes first. */
  readonly settings: ReadonlyMap<string, 'y' | 'n'>;
  /** Of those wanted, the symbols that are not `y` with these settings. */
  readonly unmet: readonly string[];
}

type Plan = ReadonlyMap<string, 'y' | 'n'>;

const nothing: Plan = new Map();
const rounds = 8;
const deepest = 14;
/** Of the symbols that select one without a prompt, so many are tried. */
const selectors = 8;

/** The settings on top of `base` that make all of `wanted` built in. */
export function settingsFor(
  symbols: KconfigSymbols,
  wanted: readonly string[],
  base: ReadonlyMap<string, string>,
): KconfigSettings {
  let settings = new Map<string, 'y' | 'n'>();
  let unmet: readonly string[] = wanted;
  for (let round = 0; round < rounds; round += 1) {
    const values = evaluateKconfig(symbols, new Map([...base, ...settings]), 'no');
    unmet = wanted.filter((name) => values.get(name)?.value !== 'y');
    if (unmet.length === 0) break;
    const planner = new Planner(symbols, values);
    const grown = new Map(settings);
    for (const name of unmet)
      for (const [key, value] of planner.enable(name, new Set()) ?? nothing)
        if (!grown.has(key)) grown.set(key, value);
    if (grown.size === settings.size) break;
    settings = grown;
  }
  return { settings, unmet };
}

class Planner {
  private readonly symbols: KconfigSymbols;
  private readonly values: KconfigValues;

  constructor(symbols: KconfigSymbols, values: KconfigValues) {
    this.symbols = symbols;
    this.values = values;
  }

  /** What has to be set to make `name` `y`; null where nothing does. `trail` holds what is being enabled above. */
  enable(name: string, trail: ReadonlySet<string>): Plan | null {
    if (this.valueOf(name) === 'y') return nothing;
    const symbol = this.symbols.get(name);
    if (symbol === undefined || trail.has(name) || trail.size > deepest) return null;
    if (symbol.type !== 'bool' && symbol.type !== 'tristate') return null;
    const inner = new Set([...trail, name]);
    const prompted = symbol.prompts
      .map((condition) => this.satisfy(condition, inner))
      .filter((plan) => plan !== null)
      .map((plan): Plan => new Map([...plan, [name, 'y']]));
    return smallest(prompted.length > 0 ? prompted : this.without(symbol, inner));
  }

  /** Ways to a symbol that no user may set: its defaults, and what selects it. */
  private without(symbol: KconfigSymbol, trail: ReadonlySet<string>): readonly Plan[] {
    const plans: (Plan | null)[] = symbol.defaults.map(({ value, condition }) =>
      merge(this.satisfy(condition, trail), this.satisfy(value, trail)),
    );
    for (const { value, condition } of symbol.selectedBy.slice(0, selectors))
      plans.push(merge(this.enable(value.name, trail), this.satisfy(condition, trail)));
    return plans.filter((plan) => plan !== null);
  }

  private satisfy(expression: Expression, trail: ReadonlySet<string>): Plan | null {
    switch (expression.kind) {
      case 'constant':
        return expression.text === 'y' ? nothing : null;
      case 'symbol':
        return this.enable(expression.text, trail);
      case 'not':
        return this.refuse(expression.of);
      case 'and':
        return merge(this.satisfy(expression.left, trail), this.satisfy(expression.right, trail));
      case 'or': {
        const plans = [expression.left, expression.right].map((side) => this.satisfy(side, trail));
        return smallest(plans.filter((plan) => plan !== null));
      }
      case 'compare': {
        const { left, operator, right } = expression;
        const asked = operator === '=' ? right.text : operator === '!=' && right.text === 'n' ? 'y' : null;
        if (left.kind !== 'symbol') return nothing;
        if (asked === 'y' || asked === 'm') return this.enable(left.text, trail);
        return nothing;
      }
    }
  }

  private refuse(expression: Expression): Plan | null {
    if (expression.kind !== 'symbol') return nothing;
    if (this.valueOf(expression.text) === 'n') return nothing;
    const symbol = this.symbols.get(expression.text);
    return symbol === undefined || symbol.prompts.length === 0 ? null : new Map([[symbol.name, 'n']]);
  }

  private valueOf(name: string): string {
    return this.values.get(name)?.value ?? 'n';
  }
}

function merge(left: Plan | null, right: Plan | null): Plan | null {
  return left === null || right === null ? null : new Map([...left, ...right]);
}

function smallest(plans: readonly Plan[]): Plan | null {
  return plans.reduce<Plan | null>(
    (best, plan) => (best === null || plan.size < best.size ? plan : best),
    null,
  );
}
