// The module of a program, instantiated, and what the machine uses of its exports.
import { inputError } from '../../base/index.js';
import { type Program, stackGlobals, standInSymbol } from '../link/index.js';
import type { Entry } from './types.js';

export interface ProgramInstance {
  readonly exports: WebAssembly.Exports;
  readonly memory: WebAssembly.Memory;
  readonly table: WebAssembly.Table;
  /** First byte behind data and stack, as the linker lays them out; end of the data. */
  readonly heapBase: number;
  readonly dataEnd: number;
  /** Where the room for variables that nobody supplies begins, behind all data; 0 in a program without. */
  readonly undefinedStart: number;
  /** The site at which a stack went below its limit, 0 while none has: see {@link stackGlobals}. */
  readonly stackOverflow: WebAssembly.Global;
}

/** Bytes of the stack that the linker lays out, for what runs before any context does. */
const linkerStack = 64 * 1024;

export function instantiate(
  program: Program,
  imports: Record<string, WebAssembly.ImportValue>,
): ProgramInstance {
  withFastCalls();
  const { exports } = new WebAssembly.Instance(
    new WebAssembly.Module(program.wasm as Uint8Array<ArrayBuffer>),
    {
      env: imports,
      machine: imports,
    },
  );
  const heapBase = Number((exports.__heap_base as WebAssembly.Global).value);
  const pointer = exports.__stack_pointer as WebAssembly.Global;
  (exports[stackGlobals.limit] as WebAssembly.Global).value = Math.max(
    Number(pointer.value) - linkerStack,
    0,
  );
  return {
    exports,
    stackOverflow: exports[stackGlobals.overflow] as WebAssembly.Global,
    memory: exports.memory as WebAssembly.Memory,
    table: exports.__indirect_function_table as WebAssembly.Table,
    heapBase,
    dataEnd: Number((exports.__data_end as WebAssembly.Global).value),
    undefinedStart: Number((exports[standInSymbol] as WebAssembly.Global | undefined)?.value ?? 0),
  };
}

/**
 * Node 20 calls exports through a generic wrapper that costs more than a whole switch of contexts. A browser has its own
 * ways, and no such flag: asked for where it is, so that nothing of Node's is imported.
 */
function withFastCalls(): void {
  const v8 = globalThis.process?.getBuiltinModule?.('node:v8');
  v8?.setFlagsFromString('--no-wasm-generic-wrapper');
}

/** The export of that name as an entry of a context. Errors: `input` when there is none. */
export function exportedEntry(
  { exports }: { readonly exports: WebAssembly.Exports },
  ...names: string[]
): Entry {
  for (const name of names) {
    const found = exports[name];
    if (typeof found !== 'function') continue;
    const argv = exports.__millrace_argv as { value: number } | undefined;
    // A program is called by its name alone, in an environment of nothing: behind argv[0] stands a null pointer.
    if (found.length > 1 && argv !== undefined) return () => found(1, argv.value, argv.value + 4) as number;
    return found as Entry;
  }
  throw inputError(`the program has no ${names[0]}()`, { hint: `Define ${names[0]}() in one of its files.` });
}
