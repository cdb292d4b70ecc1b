// stdio.h as far as it prints: text goes into the trace of a replay, and nowhere else.
import { accessFlags } from '../../detect/index.js';
import { touchAll } from '../accesses.js';
import type { Machine } from '../machine.js';
import { formatText, readString } from './text.js';

type Import = (...args: never[]) => unknown;

export function stdioImports(m: Machine): Record<string, Import> {
  const print = (format: number, args: number): number => {
    if (m.tracer === null) return 0;
    const text = formatText(m, readString(m, format), args);
    m.tracer.output(m.current, text);
    return text.length;
  };
  const printInto = (to: number, limit: number, format: number, args: number, site: number): number => {
    const text = new TextEncoder().encode(formatText(m, readString(m, format), args));
    const size = Math.min(text.length, limit - 1);
    if (limit > 0 && touchAll(m, site, [to, size + 1, accessFlags.write])) {
      m.bytes.set(text.subarray(0, size), to);
      m.bytes[to + size] = 0;
    }
    return text.length;
  };
  const unlimited = 0x7fffffff;
  const put = (text: string) => {
    m.tracer?.output(m.current, text);
    return 0;
  };
  return {
    printf: print,
    vprintf: print,
    fprintf: (_stream: number, format: number, args: number) => print(format, args),
    vfprintf: (_stream: number, format: number, args: number) => print(format, args),
    sprintf: (to: number, format: number, args: number, site: number) =>
      printInto(to, unlimited, format, args, site),
    snprintf: printInto,
    vsnprintf: printInto,
    puts: (text: number) => put(`${readString(m, text)}\n`),
    fputs: (text: number) => put(readString(m, text)),
    putchar: (byte: number) => put(String.fromCharCode(byte & 0xff)),
    fflush: () => 0,
    perror: (text: number) => void put(`${readString(m, text)}\n`),
  };
}
