// The string functions that the suite calls (lib/string.c, lib/vsprintf.c, v6.12.117).
import { type Import, type Machine, readString } from '../machine/index.js';
import { formatKernel } from './format.js';

export function textImports(m: Machine, functionName: (pointer: number) => string): Record<string, Import> {
  /** Writes at most `size` bytes with the terminating zero; the number of those before it. */
  const write = (to: number, size: number, text: string): number => {
    if (size <= 0) return 0;
    const bytes = new TextEncoder().encode(text).subarray(0, size - 1);
    m.bytes.set(bytes, to);
    m.bytes[to + bytes.length] = 0;
    return bytes.length;
  };
  const find = (text: number, wanted: number, limit: number) => {
    const index = readString(m, text).slice(0, limit).indexOf(readString(m, wanted));
    return index < 0 ? 0 : text + index;
  };
  return {
    scnprintf: (to: number, size: number, format: number, args: number) =>
      write(to, size, formatKernel(m, readString(m, format), args, functionName)),
    snprintf: (to: number, size: number, format: number, args: number) => {
      const text = formatKernel(m, readString(m, format), args, functionName);
      write(to, size, text);
      return text.length;
    },
    strstr: (text: number, wanted: number) => find(text, wanted, Number.POSITIVE_INFINITY),
    strnstr: (text: number, wanted: number, limit: number) => find(text, wanted, limit),
    strcmp: (a: number, b: number) => {
      const [left, right] = [readString(m, a), readString(m, b)];
      return left < right ? -1 : left > right ? 1 : 0;
    },
    strchr: (text: number, character: number) => {
      const index = readString(m, text).indexOf(String.fromCharCode(character & 0xff));
      return index < 0 ? 0 : text + index;
    },
    strcpy: (to: number, from: number) => {
      const text = readString(m, from);
      write(to, text.length + 1, text);
      return to;
    },
    sized_strscpy: (to: number, from: number, size: number) => write(to, size, readString(m, from)),
  };
}
