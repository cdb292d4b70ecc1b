// From a linked WebAssembly module to one that the machine can run: sites passed, contexts switchable, nothing
// imported but the machine.
import { createHash } from 'node:crypto';
import { inputError } from '../../base/index.js';
import { asyncify } from './asyncify.js';
import { type CallSite, passSites } from './pass-sites.js';
import { readSymbols, type Symbols } from './symbols.js';
import { type FunctionImport, type FunctionType, parseModule, type WasmModule } from './wasm-module.js';

export interface BoundaryFunction {
  readonly name: string;
  readonly type: FunctionType;
  /** Sites of its calls. */
  readonly sites: readonly number[];
}

/** A program ready for the machine. */
export interface Program {
  /** The module that runs. */
  readonly wasm: Uint8Array;
  readonly symbols: Symbols;
  /** Every import, by name. All are functions of module `env` or `machine`. */
  readonly boundary: ReadonlyMap<string, BoundaryFunction>;
  /** Sites are below this number. */
  readonly siteLimit: number;
  /** Eight hexadecimal digits of the code that runs: a schedule belongs to one program. */
  readonly identity: string;
}

/** `switching` tells which imports may switch contexts; all of them take a site. */
export function linkProgram(linked: Uint8Array, switching: (importName: string) => boolean): Program {
  const module = parseModule(linked);
  refuseForeignImports(module.functionImports);
  const { bytes, calls } = passSites(module, () => true);
  const switchable = module.functionImports.filter(({ name }) => switching(name));
  const symbols = readSymbols(module);
  return {
    wasm: asyncify(
      bytes,
      switchable.map(({ module: from, name }) => `${from}.${name}`),
    ),
    symbols,
    boundary: boundaryOf(module, calls),
    siteLimit: calls.reduce((limit, { offset }) => Math.max(limit, offset + 1), 1),
    identity: createHash('sha256').update(bytes).digest('hex').slice(0, 8),
  };
}

function refuseForeignImports(imports: readonly FunctionImport[]): void {
  const foreign = imports.find(({ module }) => module !== 'env' && module !== 'machine');
  if (foreign !== undefined)
    throw inputError(`the program imports ${foreign.module}.${foreign.name}, which no machine has`);
}

function boundaryOf(module: WasmModule, calls: readonly CallSite[]): Map<string, BoundaryFunction> {
  const sites = new Map<number, number[]>();
  for (const { callee, offset } of calls) {
    if (callee >= module.functionImports.length) continue;
    const list = sites.get(callee);
    if (list === undefined) sites.set(callee, [offset]);
    else list.push(offset);
  }
  return new Map(
    module.functionImports.map(({ name, typeIndex }, index) => {
      const type = module.types[typeIndex] ?? { parameters: [], results: [] };
      return [name, { name, type, sites: sites.get(index) ?? [] }];
    }),
  );
}
