// Strings in the program's memory, and printf's formats (C11 7.21.6.1) over wasm32's variable arguments, which lie
// one behind the other at an address: 4 bytes each, 8 and so aligned for long long and double.
import type { Access } from '../accesses.js';
import type { Machine } from '../machine.js';

const decoder = new TextDecoder();

/** Bytes up to the terminating zero, which is not counted. */
export function stringLength(m: Machine, address: number): number {
  const start = address >>> 0;
  const end = m.bytes.indexOf(0, start);
  return (end < 0 ? Math.max(m.bytes.length, start) : end) - start;
}

/** `limit`: bytes that are read at most. */
export function readString(m: Machine, address: number, limit = Number.POSITIVE_INFINITY): string {
  if (address === 0) return '(null)';
  const length = Math.min(stringLength(m, address), limit);
  return decoder.decode(m.bytes.subarray(address, address + length));
}

/** The bytes that whoever reads a text up to its end, or up to `limit` bytes of it, reads. */
export function textRead(m: Machine, address: number, limit = Number.POSITIVE_INFINITY): Access {
  return [address, Math.min(stringLength(m, address) + 1, limit), 0];
}

/** What formatting reads besides its arguments themselves: the format, where it can change, and texts for `%s`. */
export function formatReads(m: Machine, format: number, args: number): Access[] {
  const reads: Access[] = [];
  if (!m.bounds.isConstant(format)) reads.push(textRead(m, format));
  if (m.bytes.subarray(format, format + stringLength(m, format)).includes(115))
    formatText(m, readString(m, format), args, (address, limit) => reads.push(textRead(m, address, limit)));
  return reads;
}

const directive = /%([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+)?)?(hh|h|ll|l|j|z|t|L)?([a-zA-Z%])/g;

/** `onText`: told of each text that is read, and of how many bytes of it at most. */
export function formatText(
  m: Machine,
  format: string,
  args: number,
  onText: (address: number, limit: number | undefined) => void = () => {},
): string {
  const view = new DataView(m.memory.buffer);
  let at = args;
  const int32 = () => {
    at += 4;
    return view.getInt32(at - 4, true);
  };
  const align = () => {
    at = (at + 7) & ~7;
    at += 8;
    return at - 8;
  };
  return format.replace(directive, (...groups: unknown[]) => {
    const [whole, flags, width, precision, length, conversion] = groups as (string | undefined)[];
    if (conversion === '%') return '%';
    const columns = width === '*' ? int32() : Number(width ?? 0);
    const digits = precision === '*' ? int32() : precision === undefined ? undefined : Number(precision);
    const wide = length === 'll' || length === 'j';
    const integer = (): bigint => (wide ? view.getBigInt64(align(), true) : BigInt(int32()));
    const unsigned = (): bigint => BigInt.asUintN(wide ? 64 : 32, integer());
    const text = convert(conversion ?? '', whole ?? '', flags ?? '', digits, {
      integer,
      unsigned,
      double: () => view.getFloat64(align(), true),
      string: (limit) => {
        const address = int32();
        if (address !== 0) onText(address, limit);
        return readString(m, address, limit);
      },
    });
    return pad(text, columns, flags ?? '');
  });
}

interface Arguments {
  integer(): bigint;
  unsigned(): bigint;
  double(): number;
  string(limit: number | undefined): string;
}

function convert(
  conversion: string,
  whole: string,
  flags: string,
  digits: number | undefined,
  take: Arguments,
): string {
  switch (conversion) {
    case 'd':
    case 'i': {
      const value = take.integer();
      return value >= 0n && flags.includes('+') ? `+${value}` : `${value}`;
    }
    case 'u':
      return `${take.unsigned()}`;
    case 'x':
    case 'X':
    case 'o': {
      const text = take.unsigned().toString(conversion === 'o' ? 8 : 16);
      const prefix = flags.includes('#') && conversion !== 'o' ? '0x' : '';
      return conversion === 'X' ? (prefix + text).toUpperCase() : prefix + text;
    }
    case 'c':
      return String.fromCharCode(Number(take.unsigned() & 0xffn));
    case 's':
      return take.string(digits);
    case 'p':
      return `0x${take.unsigned().toString(16)}`;
    case 'f':
    case 'F':
      return take.double().toFixed(digits ?? 6);
    case 'e':
      return take.double().toExponential(digits ?? 6);
    case 'g':
      return String(Number(take.double().toPrecision(digits ?? 6)));
    default:
      return whole;
  }
}

function pad(text: string, columns: number, flags: string): string {
  const width = Math.abs(columns);
  if (flags.includes('-') || columns < 0) return text.padEnd(width);
  if (!flags.includes('0')) return text.padStart(width);
  return text.startsWith('-') ? `-${text.slice(1).padStart(width - 1, '0')}` : text.padStart(width, '0');
}
