// Reading C as text, as far as a case needs it: comments out, line numbers kept.

/** The same text with the comments' characters as spaces; strings, line ends and offsets stay. */
export function withoutComments(text: string): string {
  const token =
    /"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'|\/\/(?:[^\n\\]|\\[\s\S])*|\/\*[\s\S]*?(?:\*\/|$)/g;
  return text.replace(token, (match) => (match.startsWith('/') ? match.replace(/[^\n]/g, ' ') : match));
}

/** Whether `word` stands in `text` as a word of its own. Words are C identifiers or KUnit suite names. */
export function hasWord(text: string, word: string): boolean {
  return new RegExp(`(?<![A-Za-z0-9_])${word}(?![A-Za-z0-9_])`).test(text);
}
