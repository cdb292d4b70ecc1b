// string.h: each function reads and writes its ranges as accesses of the caller.
import { accessFlags } from '../../detect/index.js';
import { touchAll } from '../accesses.js';
import type { Machine } from '../machine.js';
import { stringLength } from './text.js';

type Import = (...args: never[]) => unknown;

const { write } = accessFlags;

export function stringImports(m: Machine): Record<string, Import> {
  const length = (at: number) => stringLength(m, at);
  /** Bytes of two texts that are looked at to find which comes first. */
  const compared = (a: number, b: number, limit: number): number => {
    let size = 0;
    while (size < limit && m.bytes[a + size] === m.bytes[b + size] && (m.bytes[a + size] ?? 0) !== 0) size++;
    return Math.min(size + 1, limit);
  };
  const compare = (a: number, b: number, size: number): number => {
    for (let i = 0; i < size; i++) {
      const difference = (m.bytes[a + i] ?? 0) - (m.bytes[b + i] ?? 0);
      if (difference !== 0) return difference;
    }
    return 0;
  };
  const copy = (to: number, from: number, size: number, site: number): number => {
    if (touchAll(m, site, [from, size, 0], [to, size, write])) m.bytes.copyWithin(to, from, from + size);
    return to;
  };
  const find = (at: number, byte: number, last: boolean, site: number): number => {
    const whole = length(at) + 1;
    const first = m.bytes.subarray(at, at + whole).indexOf(byte & 0xff);
    const size = last || first < 0 ? whole : first + 1;
    if (!touchAll(m, site, [at, size, 0])) return 0;
    const text = m.bytes.subarray(at, at + size);
    const index = last ? text.lastIndexOf(byte & 0xff) : text.indexOf(byte & 0xff);
    return index < 0 ? 0 : at + index;
  };
  return {
    strlen: (at: number, site: number) => (touchAll(m, site, [at, length(at) + 1, 0]) ? length(at) : 0),
    strcmp: (a: number, b: number, site: number) => {
      const size = compared(a, b, Number.POSITIVE_INFINITY);
      return touchAll(m, site, [a, size, 0], [b, size, 0]) ? compare(a, b, size) : 0;
    },
    strncmp: (a: number, b: number, limit: number, site: number) => {
      const size = compared(a, b, limit >>> 0);
      return touchAll(m, site, [a, size, 0], [b, size, 0]) ? compare(a, b, size) : 0;
    },
    memcmp: (a: number, b: number, size: number, site: number) =>
      touchAll(m, site, [a, size, 0], [b, size, 0]) ? compare(a, b, size) : 0,
    strcpy: (to: number, from: number, site: number) => copy(to, from, length(from) + 1, site),
    strncpy: (to: number, from: number, limit: number, site: number) => {
      const size = Math.min(length(from) + 1, limit);
      if (!touchAll(m, site, [from, size, 0], [to, limit, write])) return to;
      m.bytes.copyWithin(to, from, from + size);
      m.bytes.fill(0, to + size, to + limit);
      return to;
    },
    strcat: (to: number, from: number, site: number) => {
      const size = length(from) + 1;
      const end = to + length(to);
      if (touchAll(m, site, [to, end - to + 1, 0], [from, size, 0], [end, size, write]))
        m.bytes.copyWithin(end, from, from + size);
      return to;
    },
    strchr: (at: number, byte: number, site: number) => find(at, byte, false, site),
    strrchr: (at: number, byte: number, site: number) => find(at, byte, true, site),
    memchr: (at: number, byte: number, size: number, site: number) => {
      const index = m.bytes.subarray(at, at + (size >>> 0)).indexOf(byte & 0xff);
      if (!touchAll(m, site, [at, index < 0 ? size : index + 1, 0])) return 0;
      return index < 0 ? 0 : at + index;
    },
    strdup: (at: number, site: number) => {
      const size = length(at) + 1;
      if (!touchAll(m, site, [at, size, 0])) return 0;
      const copied = m.heap.allocate(m.current, size, site);
      if (copied !== 0) m.bytes.copyWithin(copied, at, at + size);
      return copied;
    },
  };
}
