// Rewrites a linked module so that every call of a machine import passes one argument more: where the call is.
// The number is the offset of the call instruction in the code section, which is the address that DWARF for
// WebAssembly uses ("DWARF for WebAssembly", section "Code addresses"), so that one line table resolves them all.
// Doing this at link time costs nothing at run time; reading the program counter there costs microseconds.

import type { CodeBlock } from './blocks.js';
import { mayFault } from './faults.js';
import { skipImmediates } from './instructions.js';
import { ByteReader, ByteWriter } from './leb.js';
import { threadBaseOf } from './thread-locals.js';
import { findSection, parseModule, sectionIds, type WasmModule } from './wasm-module.js';

const i32 = 0x7f;
const callOpcode = 0x10;
const callIndirectOpcode = 0x11;
const blockOpcode = 0x02;
const loopOpcode = 0x03;
const ifOpcode = 0x04;
const endOpcode = 0x0b;
const branchOpcode = 0x0c;
const branchIfOpcode = 0x0d;
/** Throws and tries of exceptions, br_table, return, calls: what they lead to is not looked at. */
const leaves = new Set([0x06, 0x07, 0x08, 0x09, 0x0a, 0x0e, 0x0f, 0x10, 0x11, 0x12, 0x13, 0x18, 0x19, 0x1f]);
const globalGet = 0x23;
const globalSet = 0x24;
const globalExport = 3;

/**
 * Variables that the program has besides its own, by the names they are exported with: the lowest address that the
 * stack of the running context may reach, and the site at which it went below, 0 while it has not.
 */
export const stackGlobals = { limit: 'machine_stack_limit', overflow: 'machine_stack_overflow' } as const;
/** Bytes that no stack has: what lies so far above the limit has gone round below address 0. */
const stackSpan = 1 << 24;

/** Exported variables of a program with marks: the site that last might have stopped it, and whom a pointer called. */
export const faultSite = 'machine_fault';
export const faultCallee = 'machine_callee';

/** Rounds of loops and calls, a power of 2, after which the machine is told: a small part of a second. */
const toldRounds = 1 << 20;

/** A call of an import, or of a function of the module. */
export interface CallSite {
  /** Offset in the code section: the DWARF address. */
  readonly offset: number;
  /** Index of the function that contains the call. */
  readonly caller: number;
  readonly callee: number;
}

/** What stands for a site when a call has returned. */
export const leaving = -1;

/** What a program is told of besides its calls; the order is that of their numbers. */
/** `endless`: a loop that nothing leads out of; of a `loop`, and of calls of functions, that is not known. */
const marks = ['section-begins', 'section-ends', 'error', 'loop', 'endless'] as const;
export type Mark = (typeof marks)[number];

/** What stands for a site where something is marked: below {@link leaving}. */
const markOf = (site: number, what: Mark) => leaving - 1 - marks.length * site - marks.indexOf(what);

/** What `mark` stands for, or null. */
export function readMark(mark: number): { readonly site: number; readonly what: Mark } | null {
  const code = leaving - 1 - mark;
  const what = marks[code % marks.length];
  return code < 0 || what === undefined ? null : { site: Math.floor(code / marks.length), what };
}

/** What a call of an own function of the module is: an atomic section, an error, or nothing but a call. */
export type CallKind = (functionName: string) => 'section' | 'error' | null;

export interface MarkedCalls {
  readonly kindOf: CallKind;
  /** The import that is told of them, and of loops now and then. */
  readonly told: number;
}

/** The exported variable that holds the address of the first block's byte. */
export const coverageExport = 'machine_coverage';

export interface RewrittenModule {
  readonly bytes: Uint8Array;
  readonly calls: readonly CallSite[];
}

/**
 * `marked`: direct calls of such functions are told of, and loops and calls now and then: see {@link readMark}.
 * `takesSite` tells for which imports the argument is added. DWARF sections are dropped from the result.
 * With `told`, the index of an import of no parameters that takes a site, each call of a function of the module is
 * preceded by a call of that import with the call's own site, and followed by one with {@link leaving}.
 * `covered`: blocks that set a byte when they run, at {@link coverageExport} plus their index.
 */
export function passSites(
  module: WasmModule,
  takesSite: (importName: string) => boolean,
  told: number | null = null,
  marked: MarkedCalls | null = null,
  covered: readonly CodeBlock[] | null = null,
): RewrittenModule {
  const kinds = markedFunctions(module, marked);
  const rewrite = {
    ...planRewrite(module, takesSite, told),
    marked: kinds,
    cover: coverOf(module, covered, kinds.globals === null ? 0 : addedCount),
    stack: stackOf(module, (kinds.globals === null ? 0 : addedCount) + (covered === null ? 0 : 1)),
  };
  const calls: CallSite[] = [];
  const output = new ByteWriter();
  output.raw(module.bytes.subarray(0, 8));
  for (const section of module.sections) {
    const contents = rewriteSection(module, section.id, rewrite, calls);
    if (contents === undefined) {
      if (section.id === sectionIds.custom && section.name !== 'name') continue;
      output.byte(section.id).u32(section.end - section.contents);
      output.raw(module.bytes.subarray(section.contents, section.end));
    } else output.byte(section.id).u32(contents.length).raw(contents);
  }
  return { bytes: output.finish(), calls };
}

interface Rewrite {
  /** By import: its type with the site added, or undefined where it stays as it is. */
  readonly newTypes: readonly (number | undefined)[];
  readonly addedTypes: readonly (readonly [parameters: readonly number[], results: readonly number[]])[];
  /** Imports whose address is taken: a function of the old type that passes site 0 stands in for them. */
  readonly wrappers: ReadonlyMap<number, number>;
  readonly told: number | null;
  readonly marked: {
    readonly kinds: ReadonlyMap<number, 'section' | 'error'>;
    readonly told: number;
    /** The first of three global variables behind all others: see {@link added}; null when there are none. */
    readonly globals: number | null;
  };
  /** The global variable that stands for the current thread's variables; null when there are none. */
  readonly threadBase: number | null;
  readonly cover: Cover | null;
  /** The module's stack pointer, and {@link stackGlobals}; null for a module that exports none. */
  readonly stack: { readonly pointer: number; readonly limit: number; readonly overflow: number } | null;
}

interface Cover {
  /** By the position in the module at which a block begins: its index. */
  readonly blocks: ReadonlyMap<number, number>;
  /** The global variable with the address of the first block's byte. */
  readonly base: number;
}

/** `others`: global variables that are added in front of it. */
function coverOf(module: WasmModule, blocks: readonly CodeBlock[] | null, others: number): Cover | null {
  const globals = readerOf(module, sectionIds.global)?.u32();
  const code = readerOf(module, sectionIds.code);
  if (blocks === null || globals === undefined || code === undefined) return null;
  const base = code.position;
  return {
    blocks: new Map(blocks.map(({ start }, index) => [start + base, index])),
    base: globals + others,
  };
}

/** Of the variables that are added, by their place behind {@link Rewrite.marked.globals}. */
const added = { rounds: 0, fault: 1, callee: 2 } as const;
const addedCount = Object.keys(added).length;

function markedFunctions(module: WasmModule, marked: MarkedCalls | null): Rewrite['marked'] {
  const kinds = new Map<number, 'section' | 'error'>();
  if (marked === null) return { kinds, told: 0, globals: null };
  for (const [index, name] of module.functionNames) {
    const kind = index < module.functionImports.length ? null : marked.kindOf(name);
    if (kind !== null) kinds.set(index, kind);
  }
  // All globals are the module's own: wasm-ld imports none here.
  return { kinds, told: marked.told, globals: readerOf(module, sectionIds.global)?.u32() ?? null };
}

/** `others`: global variables that are added in front of these. */
function stackOf(module: WasmModule, others: number): Rewrite['stack'] {
  const exports = readerOf(module, sectionIds.export);
  const first = (readerOf(module, sectionIds.global)?.u32() ?? 0) + others;
  if (exports === undefined) return null;
  for (let count = exports.u32(); count > 0; count--) {
    const name = exports.name();
    const kind = exports.byte();
    const index = exports.u32();
    if (kind === globalExport && name === '__stack_pointer')
      return { pointer: index, limit: first, overflow: first + 1 };
  }
  return null;
}

function planRewrite(
  module: WasmModule,
  takesSite: (name: string) => boolean,
  told: number | null,
): Omit<Rewrite, 'marked' | 'cover' | 'stack'> {
  const addedTypes: [readonly number[], readonly number[]][] = [];
  const byOldType = new Map<number, number>();
  const newTypes = module.functionImports.map(({ name, typeIndex }) => {
    if (!takesSite(name)) return undefined;
    const known = byOldType.get(typeIndex);
    if (known !== undefined) return known;
    const type = module.types[typeIndex];
    if (type === undefined) throw new RangeError(`import ${name} has no type`);
    const added = module.types.length + addedTypes.length;
    addedTypes.push([[...type.parameters, i32], type.results]);
    byOldType.set(typeIndex, added);
    return added;
  });
  const wrappers = new Map<number, number>();
  let next = module.functionImports.length + definedFunctionCount(module);
  for (const index of tableEntries(module))
    if (newTypes[index] !== undefined && !wrappers.has(index)) wrappers.set(index, next++);
  return { newTypes, addedTypes, wrappers, told, threadBase: threadBaseOf(module) };
}

function readerOf(module: WasmModule, id: number): ByteReader | undefined {
  const section = findSection(module, id);
  return section && new ByteReader(module.bytes, section.start, section.end);
}

function definedFunctionCount(module: WasmModule): number {
  return readerOf(module, sectionIds.function)?.u32() ?? 0;
}

/** Function indices in element segments. wasm-ld writes one active segment of plain indices. */
function tableEntries(module: WasmModule): number[] {
  const reader = readerOf(module, sectionIds.element);
  const entries: number[] = [];
  if (reader === undefined) return entries;
  for (let count = reader.u32(); count > 0; count--) {
    skipSegmentHeader(reader);
    for (let size = reader.u32(); size > 0; size--) entries.push(reader.u32());
  }
  return entries;
}

/** By its number in the table of function pointers, the index of each function. */
export function tableFunctions(module: WasmModule): ReadonlyMap<number, number> {
  const reader = readerOf(module, sectionIds.element);
  const functions = new Map<number, number>();
  if (reader === undefined) return functions;
  for (let count = reader.u32(); count > 0; count--) {
    const header = new ByteReader(module.bytes, reader.position, reader.end);
    skipSegmentHeader(reader);
    // Flags, i32.const, its number.
    header.u32();
    if (header.byte() !== 0x41)
      throw new RangeError('an element segment that begins at no constant is not expected');
    let slot = header.signed();
    for (let size = reader.u32(); size > 0; size--) functions.set(slot++, reader.u32());
  }
  return functions;
}

function skipSegmentHeader(reader: ByteReader): void {
  const flags = reader.u32();
  if (flags !== 0 && flags !== 2) throw new RangeError(`element segment of kind ${flags} is not expected`);
  if (flags === 2) reader.u32();
  for (let opcode = reader.byte(); opcode !== 0x0b; opcode = reader.byte()) skipImmediates(opcode, reader);
  if (flags === 2) reader.byte();
}

function rewriteSection(
  module: WasmModule,
  id: number,
  rewrite: Rewrite,
  calls: CallSite[],
): Uint8Array | undefined {
  const reader = readerOf(module, id);
  if (reader === undefined) return undefined;
  if (id === sectionIds.type) return rewriteTypes(reader, rewrite);
  if (id === sectionIds.import) return rewriteImports(reader, rewrite);
  if (id === sectionIds.function) return rewriteFunctions(module, reader, rewrite);
  if (id === sectionIds.global) return rewriteGlobals(reader, rewrite);
  if (id === sectionIds.export) return rewriteExports(reader, rewrite);
  if (id === sectionIds.element) return rewriteElements(reader, rewrite);
  if (id === sectionIds.code) return rewriteCode(module, reader, rewrite, calls);
  return undefined;
}

function rest(reader: ByteReader): Uint8Array {
  return reader.bytes.subarray(reader.position, reader.end);
}

function rewriteTypes(reader: ByteReader, { addedTypes }: Rewrite): Uint8Array {
  const output = new ByteWriter().u32(reader.u32() + addedTypes.length).raw(rest(reader));
  for (const [parameters, results] of addedTypes)
    output
      .byte(0x60)
      .u32(parameters.length)
      .raw(Uint8Array.from(parameters))
      .u32(results.length)
      .raw(Uint8Array.from(results));
  return output.finish();
}

function rewriteImports(reader: ByteReader, { newTypes }: Rewrite): Uint8Array {
  const count = reader.u32();
  const output = new ByteWriter().u32(count);
  let functionIndex = 0;
  for (let i = 0; i < count; i++) {
    const start = reader.position;
    reader.name();
    reader.name();
    const kind = reader.byte();
    output.raw(reader.bytes.subarray(start, reader.position));
    const detail = reader.position;
    if (kind === 0) {
      const oldType = reader.u32();
      output.u32(newTypes[functionIndex++] ?? oldType);
      continue;
    }
    if (kind === 3) reader.position += 2;
    else {
      if (kind === 1) reader.byte();
      const hasMaximum = reader.byte() & 1;
      reader.skipLeb();
      if (hasMaximum) reader.skipLeb();
    }
    output.raw(reader.bytes.subarray(detail, reader.position));
  }
  return output.finish();
}

function rewriteFunctions(module: WasmModule, reader: ByteReader, { wrappers }: Rewrite): Uint8Array {
  const output = new ByteWriter().u32(reader.u32() + wrappers.size).raw(rest(reader));
  for (const index of wrappers.keys()) output.u32(module.functionImports[index]?.typeIndex ?? 0);
  return output.finish();
}

/** Those of {@link added} behind all others: 32 bits each, mutable, 0. The base of thread-local data can be moved. */
function rewriteGlobals(
  reader: ByteReader,
  { marked, cover, stack, threadBase }: Rewrite,
): Uint8Array | undefined {
  const more =
    (marked.globals === null ? 0 : addedCount) + (cover === null ? 0 : 1) + (stack === null ? 0 : 2);
  if (more === 0 && threadBase === null) return undefined;
  const count = reader.u32();
  const output = new ByteWriter().u32(count + more);
  for (let index = 0; index < count; index++) {
    const type = reader.byte();
    const mutable = reader.byte();
    const start = reader.position;
    for (let opcode = reader.byte(); opcode !== 0x0b; opcode = reader.byte()) skipImmediates(opcode, reader);
    output
      .byte(type)
      .byte(index === threadBase ? 1 : mutable)
      .raw(reader.bytes.subarray(start, reader.position));
  }
  for (let i = 0; i < more; i++) output.byte(i32).byte(1).byte(0x41).s32(0).byte(0x0b);
  return output.finish();
}

function rewriteExports(reader: ByteReader, { marked, cover, stack }: Rewrite): Uint8Array | undefined {
  const exports: (readonly [name: string, index: number])[] = [];
  if (marked.globals !== null)
    exports.push([faultSite, marked.globals + added.fault], [faultCallee, marked.globals + added.callee]);
  if (cover !== null) exports.push([coverageExport, cover.base]);
  if (stack !== null)
    exports.push([stackGlobals.limit, stack.limit], [stackGlobals.overflow, stack.overflow]);
  if (exports.length === 0) return undefined;
  const output = new ByteWriter().u32(reader.u32() + exports.length).raw(rest(reader));
  for (const [name, index] of exports) {
    const bytes = new TextEncoder().encode(name);
    output.u32(bytes.length).raw(bytes).byte(globalExport).u32(index);
  }
  return output.finish();
}

function rewriteElements(reader: ByteReader, { wrappers }: Rewrite): Uint8Array {
  const count = reader.u32();
  const output = new ByteWriter().u32(count);
  for (let i = 0; i < count; i++) {
    const start = reader.position;
    skipSegmentHeader(reader);
    output.raw(reader.bytes.subarray(start, reader.position));
    const size = reader.u32();
    output.u32(size);
    for (let entry = 0; entry < size; entry++) {
      const index = reader.u32();
      output.u32(wrappers.get(index) ?? index);
    }
  }
  return output.finish();
}

function rewriteCode(
  module: WasmModule,
  reader: ByteReader,
  rewrite: Rewrite,
  calls: CallSite[],
): Uint8Array {
  const base = reader.position;
  const count = reader.u32();
  const output = new ByteWriter().u32(count + rewrite.wrappers.size);
  for (let i = 0; i < count; i++) {
    const size = reader.u32();
    const caller = module.functionImports.length + i;
    const body = new ByteReader(module.bytes, reader.position, reader.position + size);
    const rewritten = rewriteBody(module, body, base, caller, rewrite, calls);
    output.u32(rewritten.length).raw(rewritten);
    reader.position += size;
  }
  for (const index of rewrite.wrappers.keys()) {
    const body = wrapperBody(module, index);
    output.u32(body.length).raw(body);
  }
  return output.finish();
}

function rewriteBody(
  module: WasmModule,
  reader: ByteReader,
  base: number,
  caller: number,
  rewrite: Rewrite,
  calls: CallSite[],
): Uint8Array {
  const output = new ByteWriter();
  let copied = 0;
  const mark = (value: number, to: number) => void output.byte(0x41).s32(value).byte(callOpcode).u32(to);
  const tell = (start: number, callee = -1) => {
    const { told, marked } = rewrite;
    const kind = marked.kinds.get(callee);
    if (told === null && kind === undefined) return;
    const site = start - base;
    output.raw(reader.bytes.subarray(copied, start));
    if (told !== null) mark(site, told);
    if (kind === 'section') mark(markOf(site, 'section-begins'), marked.told);
    if (kind === 'error') mark(markOf(site, 'error'), marked.told);
    output.raw(reader.bytes.subarray(start, reader.position));
    if (kind === 'section') mark(markOf(site, 'section-ends'), marked.told);
    if (told !== null) mark(leaving, told);
    copied = reader.position;
  };
  const countRound = (start: number) => {
    const { globals, told } = rewrite.marked;
    if (globals === null) return;
    output.raw(reader.bytes.subarray(copied, reader.position));
    copied = reader.position;
    const what = leadsOut(reader) ? 'loop' : 'endless';
    output.raw(roundCounter(globals + added.rounds, markOf(start - base, what), told));
  };
  const locals = reader.position;
  const isStandIn = isLinkersStandIn(module, caller);
  /** Where the program stands before what may stop it; whom a pointer means is on top of the stack. */
  const noteFault = (start: number, isIndirect: boolean) => {
    const { globals } = rewrite.marked;
    if (globals === null || isStandIn) return;
    output.raw(reader.bytes.subarray(copied, start));
    copied = start;
    const [fault, callee] = [globals + added.fault, globals + added.callee];
    if (isIndirect) output.byte(globalSet).u32(callee);
    output
      .byte(0x41)
      .s32(start - base)
      .byte(globalSet)
      .u32(fault);
    if (isIndirect) output.byte(globalGet).u32(callee);
  };
  /** Behind a new value of the stack pointer: if ((unsigned)(pointer - limit) > stackSpan) stop. */
  const checkStack = (start: number) => {
    const { stack } = rewrite;
    if (stack === null) return;
    const set = new ByteReader(reader.bytes, start + 1);
    if (set.u32() !== stack.pointer) return;
    output.raw(reader.bytes.subarray(copied, reader.position));
    copied = reader.position;
    output.byte(0x23).u32(stack.pointer).byte(0x23).u32(stack.limit).byte(0x6b);
    output.byte(0x41).s32(stackSpan).byte(0x4b).byte(0x04).byte(0x40);
    output
      .byte(0x41)
      .s32(start - base)
      .byte(0x24)
      .u32(stack.overflow)
      .byte(0x00)
      .byte(0x0b);
  };
  for (let groups = reader.u32(); groups > 0; groups--) {
    reader.u32();
    reader.byte();
  }
  const first = reader.position;
  copied = first;
  // A function that calls others may be one that calls itself, which is a loop without a loop instruction.
  let callsOthers = false;
  const noteBlock = (position: number) => {
    const block = rewrite.cover?.blocks.get(position);
    if (block === undefined || rewrite.cover === null) return;
    output.raw(reader.bytes.subarray(copied, position));
    copied = position;
    // *(char *)(base + block) = 1
    output.byte(0x23).u32(rewrite.cover.base).byte(0x41).s32(1).byte(0x3a).u32(0).u32(block);
  };
  while (!reader.done) {
    const start = reader.position;
    noteBlock(start);
    const opcode = reader.byte();
    if (opcode !== callOpcode) {
      skipImmediates(opcode, reader);
      if (mayFault(opcode)) noteFault(start, opcode === callIndirectOpcode);
      if (opcode === globalSet) checkStack(start);
      if (opcode === callIndirectOpcode) {
        callsOthers = true;
        tell(start);
      }
      if (opcode === loopOpcode) countRound(start);
      continue;
    }
    const callee = reader.u32();
    calls.push({ offset: start - base, caller, callee });
    if (isLinkersStandIn(module, callee)) noteFault(start, false);
    if (callee >= module.functionImports.length) {
      callsOthers = true;
      tell(start, callee);
    }
    if (rewrite.newTypes[callee] === undefined) continue;
    output.raw(reader.bytes.subarray(copied, start));
    output.byte(0x41).s32(start - base);
    copied = start;
  }
  const body = output.raw(reader.bytes.subarray(copied, reader.end)).finish();
  const { globals, told } = rewrite.marked;
  const counted = callsOthers && globals !== null;
  return new ByteWriter()
    .raw(reader.bytes.subarray(locals, first))
    .raw(
      counted ? roundCounter(globals + added.rounds, markOf(first - base, 'loop'), told) : new Uint8Array(),
    )
    .raw(body)
    .finish();
}

/** `if ((++rounds & (toldRounds - 1)) == 0) told(mark);` */
function roundCounter(rounds: number, mark: number, told: number): Uint8Array {
  const output = new ByteWriter();
  output.byte(0x23).u32(rounds).byte(0x41).s32(1).byte(0x6a).byte(0x24).u32(rounds);
  output.byte(0x23).u32(rounds).byte(0x41);
  output
    .s32(toldRounds - 1)
    .byte(0x71)
    .byte(0x45)
    .byte(0x04)
    .byte(0x40);
  return output.byte(0x41).s32(mark).byte(callOpcode).u32(told).byte(0x0b).finish();
}

/** Whether control may leave the loop whose body begins at `body`: by a branch, its end, a return, a call or a trap. */
function leadsOut(body: ByteReader): boolean {
  const reader = new ByteReader(body.bytes, body.position);
  let depth = 0;
  // What stands behind a branch that is always taken is never reached, up to the end of its block.
  let goesOn = true;
  for (;;) {
    const start = reader.position;
    const opcode = reader.byte();
    skipImmediates(opcode, reader);
    if (opcode === blockOpcode || opcode === loopOpcode || opcode === ifOpcode) depth += 1;
    else if (opcode === endOpcode) {
      if (depth === 0) return goesOn;
      depth -= 1;
      goesOn = true;
    } else if (opcode === branchOpcode || opcode === branchIfOpcode) {
      if (new ByteReader(reader.bytes, start + 1).u32() > depth) return true;
      if (opcode === branchOpcode) goesOn = false;
    } else if (leaves.has(opcode) || mayFault(opcode)) return true;
  }
}

/** What wasm-ld puts where a function is called with other arguments than it takes, or was not there: it traps. */
function isLinkersStandIn(module: WasmModule, index: number): boolean {
  return /^(signature_mismatch|undefined_weak):/.test(module.functionNames.get(index) ?? '');
}

function wrapperBody(module: WasmModule, index: number): Uint8Array {
  const type = module.types[module.functionImports[index]?.typeIndex ?? 0];
  const output = new ByteWriter().u32(0);
  type?.parameters.forEach((_, parameter) => void output.byte(0x20).u32(parameter));
  return output.byte(0x41).s32(0).byte(0x10).u32(index).byte(0x0b).finish();
}

/** For tests and tools that have bytes alone. */
export function passSitesIn(bytes: Uint8Array, takesSite: (importName: string) => boolean): RewrittenModule {
  return passSites(parseModule(bytes), takesSite);
}
