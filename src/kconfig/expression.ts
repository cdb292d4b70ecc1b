// Kconfig expressions: their tree, their tokens and their grammar (scripts/kconfig/parser.y and lexer.l, v6.12).

/** A symbol's name, or a constant: quoted text, a number, `y`, `m` or `n`. */
export interface Operand {
  readonly kind: 'symbol' | 'constant';
  readonly text: string;
}

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';

export type Expression =
  | Operand
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | {
      readonly kind: 'compare';
      readonly operator: Comparison;
      readonly left: Operand;
      readonly right: Operand;
    };

export const always: Expression = { kind: 'constant', text: 'y' };

export function and(left: Expression, right: Expression): Expression {
  if (left === always) return right;
  if (right === always) return left;
  return { kind: 'and', left, right };
}

export interface Token {
  readonly kind: 'word' | 'string' | 'operator';
  readonly text: string;
}

const tokenPattern =
  /\s*(?:(#.*)|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(&&|\|\||!=|<=|>=|[()=!<>])|([\w./-]+)|(.))/y;

/** The tokens of one line, comments dropped. A character that belongs to none is dropped, as the lexer does. */
export function tokenize(line: string): readonly Token[] {
  const tokens: Token[] = [];
  tokenPattern.lastIndex = 0;
  for (;;) {
    const match = tokenPattern.exec(line);
    if (match === null || match[1] !== undefined) return tokens;
    const quoted = match[2] ?? match[3];
    if (quoted !== undefined) tokens.push({ kind: 'string', text: quoted.replace(/\\(.)/g, '$1') });
    else if (match[4] !== undefined) tokens.push({ kind: 'operator', text: match[4] });
    else if (match[5] !== undefined) tokens.push({ kind: 'word', text: match[5] });
  }
}

/** Reads an expression from `tokens`; `null` where none can be read. Gives the index behind it. */
export function parseExpression(
  tokens: readonly Token[],
  start: number,
): { readonly expression: Expression; readonly next: number } | null {
  let at = start;
  const operator = () => (tokens[at]?.kind === 'operator' ? tokens[at]?.text : undefined);

  const operand = (): Operand | null => {
    const token = tokens[at];
    if (token === undefined || token.kind === 'operator') return null;
    at += 1;
    const constant = token.kind === 'string' || /^[ymn]$/.test(token.text);
    return { kind: constant ? 'constant' : 'symbol', text: token.text };
  };
  const factor = (): Expression | null => {
    if (operator() === '!') {
      at += 1;
      const of = factor();
      return of === null ? null : { kind: 'not', of };
    }
    if (operator() === '(') {
      at += 1;
      const inner = disjunction();
      if (inner === null || operator() !== ')') return null;
      at += 1;
      return inner;
    }
    const left = operand();
    const comparison = operator();
    if (left === null || comparison === undefined || !/^(!=|=|<=|>=|<|>)$/.test(comparison)) return left;
    at += 1;
    const right = operand();
    return right === null ? null : { kind: 'compare', operator: comparison as Comparison, left, right };
  };
  const chain = (sign: string, kind: 'and' | 'or', part: () => Expression | null): Expression | null => {
    let left = part();
    while (left !== null && operator() === sign) {
      at += 1;
      const right = part();
      left = right === null ? null : { kind, left, right };
    }
    return left;
  };
  const conjunction = () => chain('&&', 'and', factor);
  const disjunction = (): Expression | null => chain('||', 'or', conjunction);

  const expression = disjunction();
  return expression === null ? null : { expression, next: at };
}
