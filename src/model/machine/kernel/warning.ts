// WARN() and its like, after which the code goes on, and panic(), after which nothing does (kernel/panic.c, v6.12).
import { formatText, readString } from '../libc/text.js';
import type { Machine } from '../machine.js';
import { failAt } from '../misuse.js';
import type { Import } from '../types.js';

export function warningImports(m: Machine): Record<string, Import> {
  const warn = (text: string, site: number) => {
    m.note({
      kind: 'warning',
      facts: { fact: 'warning', text: text === '' ? null : text },
      sites: [site],
      contexts: [m.current],
      key: `warning ${site}`,
    });
  };
  return {
    warn_slowpath_fmt: (
      _file: number,
      _line: number,
      _taint: number,
      format: number,
      args: number,
      site: number,
    ) => warn(format === 0 ? '' : formatText(m, readString(m, format), args).trim(), site),
    panic: (format: number, args: number, site: number) =>
      failAt(m, 'crash', { fact: 'panic', text: formatText(m, readString(m, format), args).trim() }, site),
  };
}
