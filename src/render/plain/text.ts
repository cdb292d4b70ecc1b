// Text for mails and commit messages: plain, of a given width, with nothing of a log taken as anything but text.
import { printable, wrapLines } from '../terminal/index.js';

/** As wide as mails and commit messages are in the kernel's world. */
export const mailColumns = 72;

/** `text` with its line ends kept and every other control written out, so that it can be read and stored anywhere. */
export function printableText(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** One paragraph, its white space closed up; a word that is longer than a line is cut. */
export function paragraph(text: string, columns: number, indent = { first: 0, rest: 0 }): string[] {
  return wrapLines(printable(text.replace(/\s+/g, ' ').trim()), columns, indent).map((line) =>
    line.trimEnd(),
  );
}

/** `- ` before the first line. */
export function bullet(text: string, columns: number): string[] {
  return paragraph(`- ${text.trim()}`, columns, { first: 0, rest: 2 });
}

/** Blocks with an empty line between them; empty ones are left out. */
export function joinBlocks(blocks: readonly (readonly string[])[]): string {
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

/** `text` as the beginning of a sentence. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** With a full stop, unless it ends in one. */
export function sentence(text: string): string {
  return /[.:!?]$/.test(text) ? text : `${text}.`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}
