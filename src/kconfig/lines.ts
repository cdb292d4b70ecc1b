// Kconfig files as logical lines: continued lines joined, `source` followed, help texts left out.
import { inputError } from '../base/index.js';
import type { Macros } from './macros.js';

export interface KconfigLine {
  readonly text: string;
  readonly file: string;
  readonly line: number;
}

/** Gives the text of a Kconfig file by its path in the tree; `null` when there is none. */
export type ReadKconfig = (path: string) => string | null;

const assignment = /^([A-Za-z_][\w-]*)\s*(:=|\+=|=)\s*(.*)$/;

/**
 * Every statement from `path` on, in order, macros expanded.
 * Errors: `input` with file and line when a sourced file is missing.
 */
export function* kconfigLines(path: string, read: ReadKconfig, macros: Macros): Generator<KconfigLine> {
  const text = read(path);
  if (text === null) throw inputError(`the kernel tree has no ${path}`);
  const physical = text.split('\n');
  for (let at = 0; at < physical.length; at += 1) {
    const line = at + 1;
    let statement = physical[at] ?? '';
    while (statement.endsWith('\\') && at + 1 < physical.length) {
      at += 1;
      statement = statement.slice(0, -1) + (physical[at] ?? '');
    }
    const trimmed = statement.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    if (/^(help|---help---)(\s|$)/.test(trimmed)) {
      at = endOfHelp(physical, at + 1) - 1;
      continue;
    }
    const assigned = assignment.exec(trimmed);
    if (assigned !== null) {
      const [, name = '', operator = '', value = ''] = assigned;
      macros.assign(name, operator as '=' | ':=' | '+=', value);
      continue;
    }
    const expanded = macros.expand(trimmed);
    if (trimmed.startsWith('$')) continue; // $(error-if,...) and $(warning-if,...): nothing is wrong with our tools
    const source = /^(o?r?source)\s+"?([^"\s]+)"?/.exec(expanded);
    if (source !== null) {
      const [, , target = ''] = source;
      // An architecture's own parts are the only ones that may be missing: there is one architecture here.
      if (read(target) === null && target.startsWith('arch/')) continue;
      yield* kconfigLines(target, read, macros);
    } else {
      yield { text: expanded, file: path, line };
    }
  }
}

/** The index of the first line behind a help text, whose end its indentation marks. */
function endOfHelp(lines: readonly string[], start: number): number {
  let indentation = -1;
  for (let at = start; at < lines.length; at += 1) {
    const text = lines[at] ?? '';
    if (text.trim() === '') continue;
    const columns = indentationOf(text);
    if (indentation === -1) {
      if (columns === 0) return at;
      indentation = columns;
    } else if (columns < indentation) return at;
  }
  return lines.length;
}

function indentationOf(text: string): number {
  let columns = 0;
  for (const character of text) {
    if (character === ' ') columns += 1;
    else if (character === '\t') columns = (columns & ~7) + 8;
    else break;
  }
  return columns;
}
