// Conditions over final states (`exists (0:r1=1 /\ x=2)`), as herd7 writes them.
import { inputError } from '../base/index.js';
import type { Condition, Observable } from './types.js';

const token = /\s*(\/\\|\\\/|~|\(|\)|<>|!=|=|\[|\]|:|-?(?:0x[0-9a-fA-F]+|\d+)|&?\w+|\bnot\b)/y;

/** `valueFor`: the number of a value's text, or null when it is the name of nothing. */
export function parseCondition(
  text: string,
  valueFor: (name: string) => number | null,
  file: string,
): Condition {
  const tokens = tokensOf(text, file);
  let at = 0;
  const fail = () =>
    inputError(`${file}: the condition cannot be read from \`${tokens.slice(at).join(' ')}\` on`, {
      hint: 'Write it as herd7 does: exists (0:r1=1 /\\ x=2).',
    });
  const expect = (what: string) => {
    if (tokens[at] !== what) throw fail();
    at++;
  };
  const either = (): Condition => {
    let left = both();
    while (tokens[at] === '\\/') {
      at++;
      left = { kind: 'or', left, right: both() };
    }
    return left;
  };
  const both = (): Condition => {
    let left = one();
    while (tokens[at] === '/\\') {
      at++;
      left = { kind: 'and', left, right: one() };
    }
    return left;
  };
  const one = (): Condition => {
    if (tokens[at] === '~' || tokens[at] === 'not') {
      at++;
      return { kind: 'not', operand: one() };
    }
    if (tokens[at] === '(') {
      at++;
      const inner = either();
      expect(')');
      return inner;
    }
    if (tokens[at] === 'true') {
      at++;
      return { kind: 'true' };
    }
    const left = observable();
    const operator = tokens[at++];
    if (operator !== '=' && operator !== '!=' && operator !== '<>') {
      at--;
      throw fail();
    }
    return { kind: 'compare', left, isEqual: operator === '=', right: value() };
  };
  const observable = (): Observable => {
    const read = observableAt(tokens, at);
    if (read === null) throw fail();
    at = read.next;
    return read.observable;
  };
  const value = (): Observable | { readonly kind: 'value'; readonly value: number } => {
    const text = tokens[at];
    if (text !== undefined && tokens[at + 1] === ':') return observable();
    const number = text === undefined ? null : valueFor(text);
    if (number === null) throw fail();
    at++;
    return { kind: 'value', value: number };
  };
  if (tokens.length === 0) return { kind: 'true' };
  const condition = either();
  if (at < tokens.length) throw fail();
  return condition;
}

/** `locations [x; 0:r1; …]` without the word. */
export function parseObservables(text: string, file: string): readonly Observable[] {
  const tokens = tokensOf(text.replace(/;/g, ' '), file);
  const found: Observable[] = [];
  for (let at = 0; at < tokens.length; ) {
    const read = observableAt(tokens, at);
    if (read === null)
      throw inputError(
        `${file}: ${tokens[at]} in its list of locations is neither a location nor a register`,
      );
    found.push(read.observable);
    at = read.next;
  }
  return found;
}

function tokensOf(text: string, file: string): readonly string[] {
  const tokens: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.trimEnd().length) {
    const at = token.lastIndex;
    const match = token.exec(text);
    if (match === null)
      throw inputError(`${file}: the condition cannot be read from \`${text.slice(at).trim()}\` on`);
    tokens.push(match[1] as string);
  }
  return tokens;
}

function observableAt(
  tokens: readonly string[],
  at: number,
): { readonly observable: Observable; readonly next: number } | null {
  const first = tokens[at] ?? '';
  if (first === '[')
    return tokens[at + 2] === ']'
      ? { observable: { kind: 'location', name: tokens[at + 1] as string }, next: at + 3 }
      : null;
  if (tokens[at + 1] === ':' && /^\d+$/.test(first)) {
    const name = tokens[at + 2];
    return name === undefined
      ? null
      : { observable: { kind: 'register', process: Number(first), name }, next: at + 3 };
  }
  return /^[A-Za-z_]\w*$/.test(first)
    ? { observable: { kind: 'location', name: first }, next: at + 1 }
    : null;
}

/** What a condition speaks of. */
export function observablesOf(condition: Condition): readonly Observable[] {
  switch (condition.kind) {
    case 'true':
      return [];
    case 'not':
      return observablesOf(condition.operand);
    case 'compare':
      return condition.right.kind === 'value' ? [condition.left] : [condition.left, condition.right];
    default:
      return [...observablesOf(condition.left), ...observablesOf(condition.right)];
  }
}

export function holds(condition: Condition, valueFor: (observable: Observable) => number): boolean {
  switch (condition.kind) {
    case 'true':
      return true;
    case 'not':
      return !holds(condition.operand, valueFor);
    case 'and':
      return holds(condition.left, valueFor) && holds(condition.right, valueFor);
    case 'or':
      return holds(condition.left, valueFor) || holds(condition.right, valueFor);
    case 'compare': {
      const right = condition.right.kind === 'value' ? condition.right.value : valueFor(condition.right);
      return (valueFor(condition.left) === right) === condition.isEqual;
    }
  }
}
