// Who waits for whom, drawn downwards: a cycle ends where it began.
import type { ModelWait } from '../../model/index.js';
import { waitChains } from '../../words/index.js';
import { printable, wrapLines } from './text.js';

/** Lines of at most `columns` cells, each `indent` cells in. */
export function chainLines(waits: readonly ModelWait[], columns: number, indent: number): string[] {
  const margin = ' '.repeat(indent);
  const drawn = (mark: string, text: string) =>
    wrapLines(printable(text), columns - indent - 2).map((line) => `${margin}${mark} ${line}`);
  return waitChains(waits).flatMap(({ stops, end }) => [
    ...stops.flatMap(({ text, notes }, index) => [
      ...(index === 0 ? [] : [`${margin}v`]),
      ...wrapLines(printable(text), columns, { first: indent, rest: indent + 2 }),
      ...notes.flatMap((note) => drawn('|', note)),
    ]),
    ...(end === null
      ? []
      : [`${margin}v`, ...wrapLines(printable(end), columns, { first: indent, rest: indent + 2 })]),
  ]);
}
