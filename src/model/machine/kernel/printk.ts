// What kernel code says: into the trace of a replay.
import { touchAll } from '../accesses.js';
import { tellPrinted } from '../events.js';
import { formatReads, formatText, readString } from '../libc/text.js';
import type { Machine } from '../machine.js';
import type { Import } from '../types.js';

export function printkImports(m: Machine): Record<string, Import> {
  const print = (format: number, args: number, site: number): number => {
    if (!touchAll(m, site, ...formatReads(m, format, args))) return 0;
    // The level stands before the text as two characters, the first of them SOH (include/linux/kern_levels.h).
    const text = formatText(m, readString(m, format), args);
    const plain = text.charCodeAt(0) === 1 ? text.slice(2) : text;
    tellPrinted(m, plain);
    return new TextEncoder().encode(plain).length;
  };
  const deviceMessage = (_device: number, format: number, args: number, site: number) =>
    print(format, args, site);
  return {
    _printk: print,
    _dev_err: deviceMessage,
    _dev_warn: deviceMessage,
    _dev_info: deviceMessage,
    _dev_notice: deviceMessage,
    millrace_return_address: () => 0,
  };
}
