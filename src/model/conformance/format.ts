// printk's formats as KCSAN's suite uses them (lib/vsprintf.c, v6.12.117): %s, %zu and the pointers %px, %ps and %pS.
// Variable arguments lie one behind the other, four bytes each on wasm32.
import { type Machine, readString } from '../machine/index.js';

/** `functionName` tells the name of a function by its pointer. */
export function formatKernel(
  m: Machine,
  format: string,
  args: number,
  functionName: (pointer: number) => string,
): string {
  let at = args >> 2;
  const word = () => m.words[at++] as number;
  return format.replace(/%(?:%|p[xsS]|s|(?:z|l)?[du]|(?:z|l)?x)/g, (directive) => {
    switch (directive) {
      case '%%':
        return '%';
      case '%s':
        return readString(m, word());
      case '%ps':
        return functionName(word());
      case '%pS':
        return `${functionName(word())}+0x0/0x1`;
      // As many digits as on the kernel of 64 bits whose reports these are.
      case '%px':
        return (word() >>> 0).toString(16).padStart(16, '0');
      default:
        if (directive.endsWith('x')) return (word() >>> 0).toString(16);
        return String(directive.endsWith('u') ? word() >>> 0 : word());
    }
  });
}
