// A command line on lines of a given width that a POSIX shell still takes for the same words.
import { printable } from '../terminal/index.js';

/**
 * `command` broken with backslashes, each line `indent` columns in. An option stays beside its value. A word in single
 * quotes that is too long is broken at its blanks (the kernel and QEMU take a line end for one); a path that is too long
 * goes into a variable before the command; any other word is cut by a backslash, and then goes on at column 0.
 */
export function commandLines(command: string, columns: number, indent: number): string[] {
  const room = columns - indent;
  const { assignment, words } = withVariable(shellWords(printable(command)), room);
  const margin = ' '.repeat(indent);
  const lines = filled(words, room - ' \\'.length).map((line, index, all) => {
    const text = index === 0 ? line : `    ${line}`;
    return margin + (index === all.length - 1 ? text : `${text} \\`);
  });
  const all = assignment === null ? lines : [margin + assignment, ...lines];
  return all.flatMap((line) => cut(line, columns));
}

/** The words as they are written, quotes included. */
function shellWords(command: string): string[] {
  return command.match(/(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\])+/g) ?? [];
}

const variable = 'DIR';

/** The directory that the words too long for a line have in common, put into a variable. */
function withVariable(words: readonly string[], room: number) {
  const isLong = (word: string) => word.length + 6 > room && /^[\w@%+=:,./-]+$/.test(word);
  const paths = words.filter(isLong).map((word) => word.slice(Math.max(0, word.indexOf('/'))));
  const [first] = paths;
  if (first === undefined) return { assignment: null, words };
  const parts = first.split('/');
  let length = parts.length - 1;
  const shared = () => parts.slice(0, length).join('/');
  while (length > 1 && !paths.every((path) => path.startsWith(`${shared()}/`))) length -= 1;
  if (length <= 1) return { assignment: null, words };
  const directory = shared();
  return {
    assignment: `${variable}=${directory}`,
    words: words.map((word) =>
      word.includes(`${directory}/`) && !word.includes("'")
        ? word.replace(`${directory}/`, `$${variable}/`)
        : word,
    ),
  };
}

function filled(words: readonly string[], room: number): string[] {
  const lines: string[] = [];
  let line = '';
  const rest = () => (lines.length === 0 ? room : room - 4);
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const next = words[index + 1];
    const pair =
      word.startsWith('-') && !word.includes('=') && next !== undefined && !next.startsWith('-')
        ? `${word} ${next}`
        : null;
    // A value with blanks in quotes is broken at these, beside its option.
    const piece = pair !== null && (pair.length <= rest() || / .* /.test(pair)) ? pair : word;
    if (piece === pair) index += 1;
    if (line !== '' && line.length + 1 + piece.length > rest()) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? piece : `${line} ${piece}`;
  }
  return [...lines, line];
}

/** A line that is still too long: at a blank within single quotes, else by a backslash; `quoted`: it begins in quotes. */
function cut(line: string, columns: number, quoted = false): string[] {
  if (line.length <= columns) return [line];
  const inQuotes = (end: number) => ((line.slice(0, end).split("'").length - 1) % 2 === 1) !== quoted;
  const blank = line.lastIndexOf(' ', columns);
  const text = line.search(/\S/);
  if (blank > text && inQuotes(blank)) {
    const open = quoted ? text : line.indexOf("'") + 1;
    const margin = ' '.repeat(Math.min(open, Math.floor(columns / 2)));
    return [line.slice(0, blank), ...cut(margin + line.slice(blank + 1), columns, true)];
  }
  // A backslash means nothing in single quotes: they end before it, and begin anew behind it.
  if (inQuotes(columns - 2))
    return [`${line.slice(0, columns - 2)}'\\`, ...cut(`'${line.slice(columns - 2)}`, columns)];
  return [`${line.slice(0, columns - 1)}\\`, ...cut(line.slice(columns - 1), columns)];
}
