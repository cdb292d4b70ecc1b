// stdio.h as far as it prints: text goes into the trace of a replay, and nowhere else. What is read are inputs.
import { inputError } from '../../../base/index.js';
import { accessFlags } from '../../detect/index.js';
import { type Access, touch, touchAll } from '../accesses.js';
import { tellPrinted } from '../events.js';
import type { Machine } from '../machine.js';
import { formatReads, formatText, readString, textRead } from './text.js';
import { chooseInput, type InputValues } from './verifier.js';

type Import = (...args: never[]) => unknown;

export function stdioImports(m: Machine, inputs: InputValues): Record<string, Import> {
  const print = (format: number, args: number, site: number): number => {
    if (!touchAll(m, site, ...formatReads(m, format, args))) return 0;
    const text = formatText(m, readString(m, format), args);
    tellPrinted(m, text);
    return new TextEncoder().encode(text).length;
  };
  const printInto = (to: number, limit: number, format: number, args: number, site: number): number => {
    const text = new TextEncoder().encode(formatText(m, readString(m, format), args));
    const size = Math.min(text.length, limit - 1);
    const writes: Access[] = limit > 0 ? [[to, size + 1, accessFlags.write]] : [];
    if (!touchAll(m, site, ...formatReads(m, format, args), ...writes)) return 0;
    if (limit > 0) {
      m.bytes.set(text.subarray(0, size), to);
      m.bytes[to + size] = 0;
    }
    return text.length;
  };
  const unlimited = 0x7fffffff;
  const put = (text: number, end: string, site: number) => {
    if (touchAll(m, site, textRead(m, text)) && m.tracer !== null)
      tellPrinted(m, `${readString(m, text)}${end}`);
    return 0;
  };
  const put8 = (value: number) => {
    tellPrinted(m, String.fromCharCode(value & 0xff));
    return value & 0xff;
  };
  const byte = () => chooseInput(m, inputs, -1, 255);
  /** What is read are inputs; of the formats, those of whole numbers and single characters. */
  const scan = (format: number, args: number, site: number): number => {
    const fields = readString(m, format).match(/%(?!%)[*]?\d*(?:hh|h|ll|l|j|z|t|L)?[a-zA-Z[]/g) ?? [];
    for (let i = m.stage[m.current] as number; i < fields.length; i++) {
      const [, length = '', kind = ''] = /(hh|h|ll|l|j|z|t|L)?([a-zA-Z[])$/.exec(fields[i] ?? '') ?? [];
      const size = kind === 'c' || length === 'hh' ? 1 : length === 'h' ? 2 : length === 'll' ? 8 : 4;
      const at = m.words[(args >> 2) + i] as number;
      if (!'diuxXoc'.includes(kind) || fields[i]?.includes('*')) {
        m.abort(
          inputError(`scanf() is modelled for whole numbers and characters, not for ${fields[i]}`, {
            at: m.program.symbols.place(site),
          }),
        );
        return 0;
      }
      m.stage[m.current] = i;
      if (!touch(m, at, size, accessFlags.write, site)) return 0;
      const value = chooseInput(m, inputs, kind === 'c' ? 0 : -(2 ** 31), kind === 'c' ? 255 : 2 ** 31 - 1);
      for (let j = 0; j < size; j++) m.bytes[at + j] = j < 4 ? value >> (8 * j) : value >> 31;
    }
    m.stage[m.current] = 0;
    return fields.length;
  };
  return {
    printf: print,
    vprintf: print,
    fprintf: (_stream: number, format: number, args: number, site: number) => print(format, args, site),
    vfprintf: (_stream: number, format: number, args: number, site: number) => print(format, args, site),
    sprintf: (to: number, format: number, args: number, site: number) =>
      printInto(to, unlimited, format, args, site),
    snprintf: printInto,
    vsnprintf: printInto,
    scanf: (format: number, args: number, site: number) => scan(format, args, site),
    fscanf: (_stream: number, format: number, args: number, site: number) => scan(format, args, site),
    __isoc99_scanf: (format: number, args: number, site: number) => scan(format, args, site),
    __isoc99_fscanf: (_stream: number, format: number, args: number, site: number) =>
      scan(format, args, site),
    getchar: byte,
    getc: byte,
    fgetc: byte,
    setbuf: () => {},
    fputc: put8,
    putc: put8,
    _IO_putc: put8,
    puts: (text: number, site: number) => put(text, '\n', site),
    fputs: (text: number, _stream: number, site: number) => put(text, '', site),
    putchar: put8,
    fflush: () => 0,
    perror: (text: number, site: number) => void put(text, '\n', site),
  };
}
