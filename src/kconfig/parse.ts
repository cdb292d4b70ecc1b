// Kconfig files into symbols (Documentation/kbuild/kconfig-language.rst; menu_finalize() of scripts/kconfig/menu.c, v6.12).
import { always, and, type Expression, parseExpression, type Token, tokenize } from './expression.js';
import { type KconfigLine, kconfigLines, type ReadKconfig } from './lines.js';
import { Macros } from './macros.js';
import {
  type Conditional,
  type KconfigChoice,
  type KconfigSymbol,
  type KconfigSymbols,
  newSymbol,
  type SymbolType,
} from './symbols.js';

/** A block that is open: what its statements inherit. */
interface Scope {
  readonly kind: 'top' | 'menu' | 'if' | 'choice';
  dependency: Expression;
  /** `visible if` of the menus around. */
  visible: Expression;
  readonly choice: KconfigChoice | null;
}

/** What a `config` or `choice` has said so far; its `depends on` may come last. */
interface Entry {
  readonly kind: 'config' | 'choice' | 'menu' | 'comment';
  readonly symbol: KconfigSymbol | null;
  readonly choice: KconfigChoice | null;
  readonly scope: Scope;
  dependency: Expression;
  visible: Expression;
  readonly prompts: Expression[];
  readonly defaults: Conditional<Expression>[];
  readonly selects: Conditional<string>[];
  readonly implies: Conditional<string>[];
  readonly ranges: Conditional<readonly [Token, Token]>[];
}

/**
 * Reads `top` and everything that it sources.
 * @param environment what `make` would have exported: `SRCARCH`, `ARCH`, `KERNELVERSION`, ...
 * Errors: `input` when a sourced file is missing.
 */
export function parseKconfig(
  top: string,
  read: ReadKconfig,
  environment: Readonly<Record<string, string>>,
): KconfigSymbols {
  const parser = new Parser();
  for (const line of kconfigLines(top, read, new Macros(environment))) parser.statement(line);
  parser.closeEntry();
  return parser.symbols;
}

class Parser {
  readonly symbols = new Map<string, KconfigSymbol>();
  private readonly scopes: Scope[] = [{ kind: 'top', dependency: always, visible: always, choice: null }];
  private entry: Entry | null = null;

  statement({ text, file }: KconfigLine): void {
    const tokens = tokenize(text);
    const keyword = tokens[0]?.kind === 'word' ? tokens[0].text : '';
    switch (keyword) {
      case 'config':
      case 'menuconfig': {
        this.closeEntry();
        const symbol = this.symbol(tokens[1]?.text ?? '');
        if (symbol.files.length === 0) {
          // The order is that of the definitions, whoever mentioned it before.
          this.symbols.delete(symbol.name);
          this.symbols.set(symbol.name, symbol);
        }
        symbol.files.push(file);
        const { choice } = this.scope;
        if (choice !== null && !choice.members.includes(symbol)) {
          choice.members.push(symbol);
          symbol.choice = choice;
        }
        this.open('config', symbol, null);
        return;
      }
      case 'choice': {
        this.closeEntry();
        const choice: KconfigChoice = { members: [], prompts: [], defaults: [] };
        this.scopes.push({ ...this.scope, kind: 'choice', choice });
        this.open('choice', null, choice);
        return;
      }
      case 'menu':
        this.closeEntry();
        this.scopes.push({ ...this.scope, kind: 'menu' });
        this.open('menu', null, null);
        return;
      case 'comment':
      case 'mainmenu':
        this.closeEntry();
        this.open('comment', null, null);
        return;
      case 'if': {
        this.closeEntry();
        const condition = parseExpression(tokens, 1)?.expression ?? always;
        const { scope } = this;
        this.scopes.push({ ...scope, kind: 'if', dependency: and(scope.dependency, condition) });
        return;
      }
      case 'endif':
      case 'endmenu':
      case 'endchoice':
        this.closeEntry();
        this.scopes.pop();
        return;
      default:
        if (this.entry !== null) this.attribute(this.entry, keyword, tokens);
    }
  }

  /** Hands what the entry said to its symbol, now that all its dependencies are known. */
  closeEntry(): void {
    const { entry } = this;
    this.entry = null;
    if (entry === null || entry.kind === 'comment') return;
    const dependency = and(entry.scope.dependency, entry.dependency);
    if (entry.kind === 'menu' || entry.kind === 'choice') {
      // The entry opened the innermost scope: what comes inside depends on it.
      const inside = this.scope;
      inside.dependency = dependency;
      inside.visible = and(inside.visible, entry.visible);
      if (entry.choice !== null) {
        const prompts = entry.prompts.map((prompt) => and(dependency, prompt));
        entry.choice.prompts.push(...prompts);
        if (prompts[0] !== undefined) inside.dependency = prompts[0];
        for (const { value, condition } of entry.defaults) {
          if (value.kind === 'symbol')
            entry.choice.defaults.push({
              value: this.symbol(value.text),
              condition: and(dependency, condition),
            });
        }
      }
      return;
    }
    const { symbol } = entry;
    if (symbol === null) return;
    symbol.dependencies.push(dependency);
    for (const prompt of entry.prompts)
      symbol.prompts.push(and(entry.scope.visible, and(dependency, prompt)));
    for (const { value, condition } of entry.defaults)
      symbol.defaults.push({ value, condition: and(dependency, condition) });
    for (const { value, condition } of entry.selects)
      this.symbol(value).selectedBy.push({ value: symbol, condition: and(dependency, condition) });
    for (const { value, condition } of entry.implies)
      this.symbol(value).impliedBy.push({ value: symbol, condition: and(dependency, condition) });
    for (const { value, condition } of entry.ranges) {
      const [low, high] = value.map((token) => ({
        kind: /^-?(\d+|0x[0-9a-f]+)$/i.test(token.text) ? ('constant' as const) : ('symbol' as const),
        text: token.text,
      }));
      if (low !== undefined && high !== undefined)
        symbol.ranges.push({ value: { low, high }, condition: and(dependency, condition) });
    }
  }

  private attribute(entry: Entry, keyword: string, tokens: readonly Token[]): void {
    const { symbol } = entry;
    switch (keyword) {
      case 'bool':
      case 'tristate':
      case 'int':
      case 'hex':
      case 'string':
        if (symbol !== null) setType(symbol, keyword);
        if (tokens.length > 1) entry.prompts.push(conditionAt(tokens, 2));
        return;
      case 'def_bool':
      case 'def_tristate':
        if (symbol !== null) setType(symbol, keyword === 'def_bool' ? 'bool' : 'tristate');
        pushValue(entry, tokens);
        return;
      case 'default':
        pushValue(entry, tokens);
        return;
      case 'prompt':
        entry.prompts.push(conditionAt(tokens, 2));
        return;
      case 'select':
        entry.selects.push({ value: tokens[1]?.text ?? '', condition: conditionAt(tokens, 2) });
        return;
      case 'imply':
        entry.implies.push({ value: tokens[1]?.text ?? '', condition: conditionAt(tokens, 2) });
        return;
      case 'range':
        if (tokens[1] !== undefined && tokens[2] !== undefined)
          entry.ranges.push({ value: [tokens[1], tokens[2]], condition: conditionAt(tokens, 3) });
        return;
      case 'depends': {
        const parsed = parseExpression(tokens, 2);
        if (parsed === null) return;
        const condition = conditionAt(tokens, parsed.next);
        entry.dependency = and(
          entry.dependency,
          condition === always
            ? parsed.expression
            : { kind: 'or', left: { kind: 'not', of: condition }, right: parsed.expression },
        );
        return;
      }
      case 'visible': {
        const parsed = parseExpression(tokens, 2);
        if (parsed !== null) entry.visible = and(entry.visible, parsed.expression);
        return;
      }
      case 'modules':
        if (symbol !== null) symbol.isModules = true;
        return;
      case 'option':
        if (symbol !== null && tokens[1]?.text === 'modules') symbol.isModules = true;
        return;
      default: // `optional`, `transitional`: of no effect on values of a configuration made from a fragment
    }
  }

  private get scope(): Scope {
    return this.scopes[this.scopes.length - 1] as Scope;
  }

  private open(kind: Entry['kind'], symbol: KconfigSymbol | null, choice: KconfigChoice | null): void {
    this.entry = {
      kind,
      symbol,
      choice,
      scope: kind === 'menu' || kind === 'choice' ? (this.scopes.at(-2) as Scope) : this.scope,
      dependency: always,
      visible: always,
      prompts: [],
      defaults: [],
      selects: [],
      implies: [],
      ranges: [],
    };
  }

  private symbol(name: string): KconfigSymbol {
    const known = this.symbols.get(name);
    if (known !== undefined) return known;
    const symbol = newSymbol(name);
    this.symbols.set(name, symbol);
    return symbol;
  }
}

function setType(symbol: KconfigSymbol, type: SymbolType): void {
  if (symbol.type === 'unknown') symbol.type = type;
}

/** The `if` that may stand at `index`. */
function conditionAt(tokens: readonly Token[], index: number): Expression {
  if (tokens[index]?.text !== 'if') return always;
  return parseExpression(tokens, index + 1)?.expression ?? always;
}

function pushValue(entry: Entry, tokens: readonly Token[]): void {
  const parsed = parseExpression(tokens, 1);
  if (parsed === null) return;
  entry.defaults.push({ value: parsed.expression, condition: conditionAt(tokens, parsed.next) });
}
