// The words of a line of C, for colours. A line inside a comment of several lines is one where a line before says so.

export type TokenKind = 'keyword' | 'comment' | 'string' | 'literal' | 'directive' | 'text';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

const keywords = new Set(
  (
    'auto break case char const continue default do double else enum extern float for goto if inline int long ' +
    'register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while ' +
    'bool u8 u16 u32 u64 s8 s16 s32 s64 size_t __iomem __user __rcu NULL'
  ).split(' '),
);
const parts =
  /(?<comment>\/\*.*?(?:\*\/|$)|\/\/.*$)|(?<string>"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?)|(?<number>\b\d[\w.]*)|(?<word>[A-Za-z_]\w*)/g;

/** Of each line. */
export function tokensOf(lines: readonly string[]): Token[][] {
  let inComment = false;
  return lines.map((line) => {
    const tokens: Token[] = [];
    let rest = line;
    if (inComment) {
      const end = rest.indexOf('*/');
      const comment = end < 0 ? rest : rest.slice(0, end + 2);
      tokens.push({ kind: 'comment', text: comment });
      if (end < 0) return tokens;
      inComment = false;
      rest = rest.slice(end + 2);
    }
    const directive = /^\s*#\s*\w+/.exec(rest)?.[0];
    if (directive !== undefined) {
      tokens.push({ kind: 'directive', text: directive });
      rest = rest.slice(directive.length);
    }
    let at = 0;
    for (const match of rest.matchAll(parts)) {
      if (match.index > at) tokens.push({ kind: 'text', text: rest.slice(at, match.index) });
      const [text] = match;
      tokens.push({ kind: kindOf(match.groups ?? {}, text), text });
      if (match.groups?.comment?.startsWith('/*') && !text.endsWith('*/')) inComment = true;
      at = match.index + text.length;
    }
    if (at < rest.length) tokens.push({ kind: 'text', text: rest.slice(at) });
    return tokens;
  });
}

function kindOf(groups: Record<string, string | undefined>, text: string): TokenKind {
  if (groups.comment !== undefined) return 'comment';
  if (groups.string !== undefined) return 'string';
  if (groups.number !== undefined) return 'literal';
  return keywords.has(text) ? 'keyword' : 'text';
}
