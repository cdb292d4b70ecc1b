// What a site is called: file, line and function of a code offset in a linked module.

import { ByteReader } from './leb.js';
import { findRow, type LineRow, parseLineTable } from './line-table.js';
import { customSection, findSection, sectionIds, type WasmModule } from './wasm-module.js';

export interface SourcePlace {
  readonly file: string;
  /** Counts from 1; 0 when unknown. */
  readonly line: number;
  /** The function of the module that holds the site: not one that was inlined into it. */
  readonly function: string;
}

export interface LineStart {
  readonly site: number;
  readonly file: string;
  /** Counts from 1; 0 when unknown. */
  readonly line: number;
}

export interface Symbols {
  /** `site` is an offset in the code section. */
  place(site: number): SourcePlace;
  /** How far into its function a site is, and how long that is: bytes of code. */
  extent(site: number): { readonly offset: number; readonly size: number };
  /** Where each line begins between two sites, and the line that the first of them is in. */
  linesIn(start: number, end: number): readonly LineStart[];
  /** All files that code comes from. */
  files(): readonly string[];
  /** The file that the code of a function begins in; null when there is no such function. */
  definedIn(name: string): string | null;
}

export function readSymbols(module: WasmModule): Symbols {
  const line = customSection(module, '.debug_line');
  const rows: LineRow[] =
    line === undefined
      ? []
      : parseLineTable({
          line,
          lineStrings: customSection(module, '.debug_line_str'),
          strings: customSection(module, '.debug_str'),
        });
  const functions = functionStarts(module);
  return {
    files: () => [...new Set(rows.map(({ file }) => file))],
    definedIn(name) {
      for (const [index, known] of module.functionNames) {
        const start = functions[index - module.functionImports.length];
        if (known === name && start !== undefined)
          return rows.find(({ address }) => address >= start)?.file ?? null;
      }
      return null;
    },
    linesIn(start, end) {
      const lines: LineStart[] = [];
      for (let index = lastRowAt(rows, start); index < rows.length; index++) {
        const row = rows[index];
        if (row === undefined) continue;
        if (row.address >= end) break;
        lines.push({ site: Math.max(row.address, start), file: row.file, line: row.line });
      }
      return lines;
    },
    extent(site) {
      const index = lastAtOrBefore(functions, site);
      const start = functions[index] ?? 0;
      return { offset: site - start, size: (functions[index + 1] ?? site + 1) - start };
    },
    place(site) {
      const row = findRow(rows, site);
      const index = lastAtOrBefore(functions, site);
      return {
        file: row?.file ?? '',
        line: row?.line ?? 0,
        function: sourceName(
          module.functionNames.get(module.functionImports.length + index) ?? `function ${index}`,
        ),
      };
    },
  };
}

/** clang renames main() by its signature. */
function sourceName(name: string): string {
  return name === '__original_main' || name === '__main_argc_argv' ? 'main' : name;
}

/** Offset in the code section at which each defined function's body begins. */
function functionStarts(module: WasmModule): number[] {
  const section = findSection(module, sectionIds.code);
  if (section === undefined) return [];
  const reader = new ByteReader(module.bytes, section.start, section.end);
  return Array.from({ length: reader.u32() }, () => {
    const size = reader.u32();
    const start = reader.position - section.start;
    reader.position += size;
    return start;
  });
}

/** Index of the last row that begins at or before `site`; of several there, the last, which is the one that counts. */
function lastRowAt(rows: readonly LineRow[], site: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.address ?? 0) <= site) low = middle + 1;
    else high = middle;
  }
  return Math.max(low - 1, 0);
}

function lastAtOrBefore(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
