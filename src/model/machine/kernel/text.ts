// Strings (lib/string.c, v6.12) and text by a format (lib/vsprintf.c) without what the kernel's own %p takes behind it:
// a pointer is an address here.
import { accessFlags } from '../../detect/index.js';
import { type Access, touchAll } from '../accesses.js';
import { stringImports } from '../libc/string.js';
import { formatReads, formatText, readString, stringLength } from '../libc/text.js';
import type { Machine } from '../machine.js';
import type { Import } from '../types.js';

/** E2BIG (include/uapi/asm-generic/errno-base.h). */
const tooBig = 7;
const unlimited = 0x7fffffff;

export function textImports(m: Machine): Record<string, Import> {
  /** Writes as much as fits with a zero behind it. Answers the bytes written, without the zero; -1 to come back. */
  const put = (to: number, limit: number, format: number, args: number, site: number): number => {
    const text = encoded(format, args);
    const size = Math.min(text.length, limit - 1);
    const writes: Access[] = limit > 0 ? [[to, size + 1, accessFlags.write]] : [];
    if (!touchAll(m, site, ...formatReads(m, format, args), ...writes)) return -1;
    if (limit <= 0) return 0;
    m.bytes.set(text.subarray(0, size), to);
    m.bytes[to + size] = 0;
    return size;
  };
  const encoded = (format: number, args: number) =>
    new TextEncoder().encode(formatText(m, readString(m, format), args));
  /** What the whole text would have taken. */
  const print = (to: number, limit: number, format: number, args: number, site: number): number => {
    const { length } = encoded(format, args);
    put(to, limit, format, args, site);
    return length;
  };
  /** What was written. */
  const printCounted = (to: number, limit: number, format: number, args: number, site: number): number =>
    put(to, limit, format, args, site);
  const copy = (to: number, from: number, limit: number, site: number): number => {
    const length = stringLength(m, from);
    const size = Math.min(length, Math.max(limit - 1, 0));
    if (limit <= 0) return -tooBig;
    if (!touchAll(m, site, [from, Math.min(length + 1, limit), 0], [to, size + 1, accessFlags.write]))
      return 0;
    m.bytes.copyWithin(to, from, from + size);
    m.bytes[to + size] = 0;
    return length < limit ? length : -tooBig;
  };
  return {
    ...stringImports(m),
    snprintf: print,
    vsnprintf: print,
    sprintf: (to: number, format: number, args: number, site: number) =>
      print(to, unlimited, format, args, site),
    scnprintf: printCounted,
    vscnprintf: printCounted,
    strscpy: copy,
    sized_strscpy: copy,
    stpcpy: (to: number, from: number, site: number) => {
      const length = stringLength(m, from);
      return copy(to, from, length + 1, site) < 0 ? to : to + length;
    },
    strnlen: (at: number, limit: number, site: number) => {
      const length = Math.min(stringLength(m, at), limit);
      return touchAll(m, site, [at, Math.min(length + 1, limit), 0]) ? length : 0;
    },
  };
}
