// Command lines to read and to paste: a word as a POSIX shell takes it.

/** `word` as it is where no character of it means anything to a shell, else in single quotes. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
