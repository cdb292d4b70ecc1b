// The accesses of a program as its compiler tells of them, for comparing what two compilers make of one source.
import { basename } from 'node:path';
import { findModelCompiler, type ModelCompiler } from '../../src/model/compile/index.js';
import type { Program } from '../../src/model/link/index.js';

/** The native clang; null where there is none. */
export async function nativeClang(): Promise<ModelCompiler | null> {
  const compiler = await findModelCompiler();
  return compiler.kind === 'native' ? compiler : null;
}

/** `file:line: read4 write4 ...` for each line that accesses memory. */
export function accessLines({ boundary, symbols }: Program): string[] {
  const lines = new Map<string, string[]>();
  for (const { name, sites } of boundary.values())
    for (const site of name.startsWith('__tsan_') && name !== '__tsan_init' ? sites : []) {
      const { file, line } = symbols.place(site);
      const place = `${basename(file)}:${line}`;
      lines.set(place, [...(lines.get(place) ?? []), name.slice('__tsan_'.length)]);
    }
  return [...lines].map(([place, names]) => `${place}: ${names.sort().join(' ')}`).sort();
}
