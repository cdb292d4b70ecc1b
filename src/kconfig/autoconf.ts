// A configuration as the C preprocessor and the makefiles see it (confdata.c of scripts/kconfig, v6.12).
import type { KconfigValues } from './evaluate.js';

/** `include/generated/autoconf.h`: what is `n` is left out. */
export function autoconfHeader(values: KconfigValues): string {
  const lines: string[] = [];
  for (const [name, { type, value }] of values) {
    switch (type) {
      case 'bool':
      case 'tristate':
        if (value === 'y') lines.push(`#define CONFIG_${name} 1`);
        else if (value === 'm') lines.push(`#define CONFIG_${name}_MODULE 1`);
        break;
      case 'hex':
        if (value !== '') lines.push(`#define CONFIG_${name} ${/^0x/i.test(value) ? value : `0x${value}`}`);
        break;
      case 'int':
        if (value !== '') lines.push(`#define CONFIG_${name} ${value}`);
        break;
      case 'string':
        lines.push(`#define CONFIG_${name} "${value.replace(/["\\]/g, '\\$&')}"`);
        break;
      case 'unknown':
    }
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** `.config`, in the order of the Kconfig files. */
export function dotConfig(values: KconfigValues): string {
  const lines: string[] = [];
  for (const [name, { type, value }] of values) {
    if (type === 'string') lines.push(`CONFIG_${name}="${value.replace(/["\\]/g, '\\$&')}"`);
    else if (value === 'n') lines.push(`# CONFIG_${name} is not set`);
    else lines.push(`CONFIG_${name}=${value}`);
  }
  return lines.map((line) => `${line}\n`).join('');
}
