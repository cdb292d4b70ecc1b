// What to do about a program that does not compile: by what the compiler says, and by what the headers here declare.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What clang brings along and no folder of ours has, by the names that a program misses without them. */
const ofCompiler: readonly (readonly [RegExp, string])[] = [
  [/^u?int(_least|_fast)?(8|16|32|64|ptr|max)_t$|^U?INT(8|16|32|64|PTR|MAX)_(MAX|MIN)$/, 'stdint.h'],
  [/^(bool|true|false)$/, 'stdbool.h'],
  [/^(atomic_\w+|memory_order_\w+|ATOMIC_\w+)$/, 'stdatomic.h'],
  [/^(S?CHAR|U?INT|U?LONG|U?LLONG|SHRT|USHRT|UCHAR)_(MAX|MIN|BIT)$/, 'limits.h'],
  [/^(NULL|size_t|ptrdiff_t|offsetof)$/, 'stddef.h'],
  [/^(va_list|va_start|va_end|va_arg)$/, 'stdarg.h'],
  [/^(FLT|DBL)_\w+$/, 'float.h'],
];

/** What no program here can do, by the headers that are for it. */
const notModelled: Readonly<Record<string, string>> = {
  'signal.h': 'signals',
  'sys/wait.h': 'processes',
  'sys/socket.h': 'the network',
  'sys/mman.h': 'mapped memory',
  'sys/ipc.h': 'processes',
  'sys/shm.h': 'memory that processes share',
  'ucontext.h': 'contexts of its own',
};

/** The header below `folder` that declares or defines `name`; null when none does. */
export function headerOf(name: string, folder: string): string | null {
  const known = ofCompiler.find(([pattern]) => pattern.test(name))?.[1];
  if (known !== undefined) return known;
  if (!/^\w+$/.test(name)) return null;
  const declares = new RegExp(
    `^#define ${name}\\b|^(?!.*#include).*[ *]${name}(?:\\(|;|,| =|\\[)|[{,] ${name}[,} ]`,
    'm',
  );
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort())
    if (file.endsWith('.h') && declares.test(readFileSync(join(folder, file), 'utf8'))) return file;
  return null;
}

/** One sentence in the imperative, or nothing where the compiler has said it all. `folder`: of our headers. */
export function compileHint(message: string, folder: string): string | undefined {
  const missing = /^'(.+)' file not found/.exec(message)?.[1];
  if (missing !== undefined) {
    const what = notModelled[missing];
    if (what !== undefined)
      return `Take ${missing} out: ${what} are not modelled.`.replace(/^(.*network|.*memory) are/, '$1 is');
    return `Pass -I DIR with the folder of ${missing} if it is the program's own; docs/check.md lists those supplied.`;
  }
  const name = /^(?:use of undeclared identifier|unknown type name|call to undeclared function) '(\w+)'/.exec(
    message,
  )?.[1];
  if (name !== undefined) {
    const header = headerOf(name, folder);
    return header === null ? undefined : `Include <${header}>, which declares ${name}.`;
  }
  if (message === 'expected identifier that represents an attribute name')
    return 'Take the pragma out: no attribute keeps an access from being looked at.';
  if (/invalid (output|input) constraint|unknown register name/.test(message))
    return 'Take the inline assembly out: it is of another machine.';
  return undefined;
}

/** The attributes that clang refuses for this machine, and whether they have arguments; empty when there is more wrong. */
export function refusedAttributes(diagnostics: string): ReadonlyMap<string, boolean> {
  const refused = new Map<string, boolean>();
  const errors = [...diagnostics.matchAll(/^.*?: (?:fatal )?error: (.*)\n(.*)/gm)];
  for (const [, message = '', line = ''] of errors) {
    const name =
      /^'(\w+)' (?:attribute|is not valid|calling convention)/.exec(message)?.[1] ??
      /^(?:unknown|unsupported) attribute '(\w+)'/.exec(message)?.[1];
    if (name === undefined) return new Map();
    for (const spelled of [name, `__${name.replace(/^__|__$/g, '')}__`])
      if (new RegExp(`\\b${spelled}\\b`).test(line))
        refused.set(spelled, new RegExp(`\\b${spelled}\\s*\\(`).test(line));
  }
  return refused;
}

/** A local that may be read before anything is written to it. */
export interface UninitializedRead {
  readonly file: string;
  readonly line: number;
  readonly variable: string;
}

/** From what the compiler says where it takes such reads for errors; empty when there is more wrong. */
export function uninitializedReads(diagnostics: string): readonly UninitializedRead[] {
  const reads: UninitializedRead[] = [];
  for (const [, file = '', line, message = ''] of diagnostics.matchAll(
    /^(.*?):(\d+):\d+: (?:fatal )?error: (.*)$/gm,
  )) {
    const variable = /^variable '(\w+)' .*\[-Werror,-W(?:sometimes-|conditional-)?uninitialized\]$/.exec(
      message,
    )?.[1];
    if (variable === undefined) return [];
    reads.push({ file, line: Number(line), variable });
  }
  return reads;
}
