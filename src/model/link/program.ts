// What the machine knows of a linked module: sites passed, variables, blocks, calls. Nothing of Node's, so that a browser
// can make a program of a module that was made switchable elsewhere.
import { environmentError, inputError } from '../../base/index.js';
import { type CodeBlock, codeBlocks } from './blocks.js';
import { type DataObject, readDataObjects } from './data-objects.js';
import { type DebugInfo, readDebugInfo } from './dwarf/index.js';
import { type Fault, faultAt } from './faults.js';
import { type CallKind, type CallSite, passSites, tableFunctions } from './pass-sites.js';
import { readSymbols, type Symbols } from './symbols.js';
import { type ThreadLocalData, threadLocalData } from './thread-locals.js';
import type { UndefinedVariable } from './undefined-variables.js';
import { type FunctionImport, type FunctionType, parseModule, type WasmModule } from './wasm-module.js';

export interface BoundaryFunction {
  readonly name: string;
  readonly type: FunctionType;
  /** Sites of its calls. */
  readonly sites: readonly number[];
}

/** A program ready for the machine. */
export interface Program {
  /** The module as the linker gave it. */
  readonly linked: Uint8Array;
  /** The module that runs. */
  readonly wasm: Uint8Array;
  readonly symbols: Symbols;
  /** Read when it is first asked something. */
  readonly debug: DebugInfo;
  /** Every import, by name. All are functions of module `env` or `machine`. */
  readonly boundary: ReadonlyMap<string, BoundaryFunction>;
  /** Sites are below this number. */
  readonly siteLimit: number;
  /** Eight hexadecimal digits of the code that runs: a schedule belongs to one program. */
  readonly identity: string;
  /** Sites at which the program calls each of its own functions by name. */
  readonly ownCalls: ReadonlyMap<string, readonly number[]>;
  /** Variables that nobody supplies: reaching one ends the run. */
  readonly undefinedVariables: readonly UndefinedVariable[];
  /** What it notes when it runs: see {@link LinkOptions.covered}. Empty when it notes nothing. */
  readonly blocks: readonly CodeBlock[];
  /** By index: the functions of the module that have a name. */
  readonly functionNames: ReadonlyMap<number, string>;
  /** By function pointer: the index of the function in the module. */
  readonly tableFunctions: ReadonlyMap<number, number>;
  /** Thread-local variables; null when there are none. */
  readonly threadLocals: ThreadLocalData | null;
  /** What stopped the program at `site`, where a call went through the table index `pointer`. */
  faultAt(site: number, pointer: number): Fault | null;
  /** Its variables and constants by address; null when the linker was not asked for them. */
  readonly dataObjects: readonly DataObject[] | null;
  /** The file of a function of the program; null when it has none of that name. */
  definedIn(name: string): string | null;
}

export interface LinkOptions {
  /** The module that runs, when it was made before: for threads. */
  readonly switchable?: Uint8Array;
  /** Makes the program tell its calls: see {@link callTold}. It runs slower, in the same steps. */
  readonly tellCalls?: boolean;
  /** Makes each block of the program's code set a byte when it runs, for each context another: its coverage. */
  readonly covered?: boolean;
  /** What was put into the module by {@link standInObject}; none when not given. */
  readonly undefinedVariables?: readonly UndefinedVariable[];
  /** Which functions are sections or errors: the machine is told of their direct calls. None when not given. */
  readonly kindOf?: CallKind;
}

/**
 * The import that a program made with `tellCalls` calls with the site of each call of a function of its own, and with
 * {@link leaving} behind it. It is the hook of the instrumentation's constructors, which every instrumented module
 * has and no machine needs; what suspends a context neither enters nor leaves a call.
 */
export const callTold = '__tsan_init';

/** Makes every function that can reach one of these imports, each `module.name`, into a coroutine. */
export type MakeSwitchable = (bytes: Uint8Array, switching: readonly string[]) => Promise<Uint8Array>;

/** As linkProgram(); `makeSwitchable` is not asked where `options` bring the module that runs. */
export async function assembleProgram(
  linked: Uint8Array,
  switching: (importName: string) => boolean,
  options: LinkOptions,
  makeSwitchable: MakeSwitchable,
): Promise<Program> {
  const module = parseModule(linked);
  refuseForeignImports(module.functionImports);
  const told = module.functionImports.findIndex(({ name }) => name === callTold);
  const { kindOf = () => null } = options;
  const marked = told < 0 ? null : { kindOf, told };
  const hasMarks = [...module.functionNames.values()].some((name) => kindOf(name) !== null);
  const blocks = options.covered ? codeBlocks(module, (callee) => !isAccess(module, callee)) : null;
  const { bytes: plain, calls } = passSites(module, () => true, null, marked, blocks);
  const bytes =
    options.tellCalls && told >= 0 ? passSites(module, () => true, told, marked, blocks).bytes : plain;
  const switchable = module.functionImports.filter(
    ({ name }) => switching(name) || (name === callTold && hasMarks),
  );
  const symbols = readSymbols(module);
  const functions = tableFunctions(module);
  return {
    linked,
    wasm:
      options.switchable ??
      (await makeSwitchable(
        bytes,
        switchable.map(({ module: from, name }) => `${from}.${name}`),
      ).catch((error: unknown) => {
        throw notSwitchable(linked, error);
      })),
    symbols,
    debug: readDebugInfo(module),
    boundary: boundaryOf(module, calls),
    siteLimit: calls.reduce((limit, { offset }) => Math.max(limit, offset + 1), 1),
    identity: await identityOf(plain),
    ownCalls: ownCallsOf(module, calls),
    undefinedVariables: options.undefinedVariables ?? [],
    blocks: blocks ?? [],
    functionNames: module.functionNames,
    tableFunctions: functions,
    threadLocals: threadLocalData(module),
    faultAt: (site, pointer) => faultAt(module, functions, site, pointer),
    dataObjects: readDataObjects(module),
    definedIn: (name) => symbols.definedIn(name),
  };
}

async function identityOf(code: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(code)));
  return Array.from(digest.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Whether a call goes on behind it unless the whole execution ends there: blocks need not end at each. */
function isAccess({ functionImports }: WasmModule, callee: number): boolean {
  return functionImports[callee]?.name.startsWith('__tsan_') ?? false;
}

/** Binaryen throws what is no error, and believes what it reads: a module that is none is found out only now. */
function notSwitchable(linked: Uint8Array, cause: unknown): unknown {
  try {
    new WebAssembly.Module(linked as Uint8Array<ArrayBuffer>);
  } catch (invalid) {
    return inputError(`the linked program is no valid module: ${(invalid as Error).message}`, {
      hint: 'It exports a name that is taken: take export_name and other attributes of its symbols away.',
      cause,
    });
  }
  return cause instanceof Error
    ? cause
    : environmentError('the program cannot be made ready for the machine', {
        hint: 'Binaryen could not read it. If it is an ordinary program, please report it.',
        cause,
      });
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

function ownCallsOf(module: WasmModule, calls: readonly CallSite[]): Map<string, number[]> {
  const byName = new Map<string, number[]>();
  for (const { callee, offset } of calls) {
    const name = module.functionNames.get(callee);
    if (callee < module.functionImports.length || name === undefined) continue;
    const list = byName.get(name);
    if (list === undefined) byName.set(name, [offset]);
    else list.push(offset);
  }
  return byName;
}
