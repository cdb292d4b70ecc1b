// An execution as kernel commit messages show one: a column a context, a row a step, time running down.
import type { ShownStep } from '../../model/index.js';
import { eventText, stepText } from '../../words/index.js';

/** In this order. */
export interface TableColumn {
  readonly context: number;
  readonly heading: string;
}

const gutter = 2;
/** Narrower columns are of no use; more contexts than fit make longer lines. */
const narrowest = 8;

/** `lineWidth`: characters that a line may have. */
export function scheduleTable(
  steps: readonly ShownStep[],
  columns: readonly TableColumn[],
  lineWidth: number,
): string {
  const columnOf = new Map(columns.map(({ context }, index) => [context, index]));
  const width = Math.max(Math.floor((lineWidth + gutter) / columns.length) - gutter, narrowest);
  const shown = steps.filter(({ context }) => columnOf.has(context));
  const files = new Set(shown.map(({ place }) => place.file).filter((file) => file !== ''));
  const [onlyFile] = files.size === 1 ? files : [];
  const lines = [
    ...(onlyFile === undefined ? [] : [onlyFile]),
    ...rows(
      columns.map(({ heading }) => cell(heading, width)),
      width,
    ),
    columns.map(() => '-'.repeat(width)).join(' '.repeat(gutter)),
  ];
  const functions = new Map<number, string>();
  let last = '';
  for (const step of shown) {
    const { context, place, source } = step;
    const put = (text: string) => {
      const margin = ' '.repeat((columnOf.get(context) ?? 0) * (width + gutter));
      lines.push(...cell(text, width).map((line) => margin + line));
    };
    // What the machine itself does, as running a timer, has no place.
    if (place.line > 0) {
      if (functions.get(context) !== place.function) put(`${place.function}()`);
      functions.set(context, place.function);
      const at = `${context} ${place.file}:${place.line}`;
      if (at !== last) {
        const file = onlyFile === undefined ? `${place.file.split('/').at(-1)}:` : '';
        put(` ${file}${place.line} ${source}`.trimEnd());
      }
      last = at;
    }
    put(`   ${textOf(step)}`);
  }
  return lines.map((line) => line.trimEnd()).join('\n');
}

function textOf({ event, name, size, value }: ShownStep): string {
  if (size === 0 || value !== null) return stepText(event, name, value);
  return `${eventText(event)} ${size} bytes at ${name}`;
}

/** Cells of one or more lines side by side. */
function rows(cells: readonly (readonly string[])[], width: number): string[] {
  return Array.from({ length: Math.max(...cells.map(({ length }) => length)) }, (_, line) =>
    cells.map((texts) => (texts[line] ?? '').padEnd(width)).join(' '.repeat(gutter)),
  );
}

/** `text` in a column, continued below where it is too long. */
function cell(text: string, width: number): string[] {
  const indent = /^ */.exec(text)?.[0] ?? '';
  const lines: string[] = [];
  for (let rest = text; rest !== ''; ) {
    if (rest.length <= width) {
      lines.push(rest);
      break;
    }
    const blank = rest.lastIndexOf(' ', width);
    const cut = blank > indent.length + 4 ? blank : width;
    lines.push(rest.slice(0, cut));
    const left = rest.slice(cut).trimStart();
    rest = left === '' ? '' : `${indent}  ${left}`;
  }
  return lines;
}
