// What a set of Kconfig files says, before any value is known.
import type { Expression, Operand } from './expression.js';

export type SymbolType = 'bool' | 'tristate' | 'int' | 'hex' | 'string' | 'unknown';

export interface Conditional<T> {
  readonly value: T;
  /** Its own `if`, and everything that the place where it stands depends on. */
  readonly condition: Expression;
}

/** A `config`, with what all its definitions say together. */
export interface KconfigSymbol {
  readonly name: string;
  type: SymbolType;
  /** When a user may set it, one a definition with a prompt. */
  readonly prompts: Expression[];
  readonly defaults: Conditional<Expression>[];
  readonly ranges: Conditional<{ readonly low: Operand; readonly high: Operand }>[];
  /** `select` and `imply` of other symbols, as seen from this one. */
  readonly selectedBy: Conditional<KconfigSymbol>[];
  readonly impliedBy: Conditional<KconfigSymbol>[];
  /** `depends on` of each definition with those of the menus around it; any one suffices. */
  readonly dependencies: Expression[];
  /** Paths of the files that define it, in order. */
  readonly files: string[];
  choice: KconfigChoice | null;
  /** `modules`: the symbol that says whether there are modules. */
  isModules: boolean;
}

export interface KconfigChoice {
  readonly members: KconfigSymbol[];
  readonly prompts: Expression[];
  readonly defaults: Conditional<KconfigSymbol>[];
}

/** All symbols by name, in the order of their first definition. */
export type KconfigSymbols = ReadonlyMap<string, KconfigSymbol>;

export function newSymbol(name: string): KconfigSymbol {
  return {
    name,
    type: 'unknown',
    prompts: [],
    defaults: [],
    ranges: [],
    selectedBy: [],
    impliedBy: [],
    dependencies: [],
    files: [],
    choice: null,
    isModules: false,
  };
}
