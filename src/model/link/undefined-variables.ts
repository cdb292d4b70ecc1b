// Variables that no object of a program defines. The linker would put them at address 0 in silence; an object of our own
// gives each some room behind all data, so that the machine can tell which one was reached. Format: WebAssembly tool
// conventions, Linking.md, "Symbol Table".
import { ByteReader, ByteWriter } from './leb.js';
import { customSection, parseModule, sectionIds } from './wasm-module.js';

export interface UndefinedVariable {
  readonly name: string;
  /** Indices of the objects that refer to it. */
  readonly objects: readonly number[];
}

/** Room for each; what lies further behind its beginning is taken for the next. */
export const undefinedVariableBytes = 4096;
/** Symbol at which the room of the first begins; the program has to export it. */
export const standInSymbol = 'millrace_stand_in';
export const standInSegment = '.bss.millrace_undefined';

const linkingVersion = 2;
const subsections = { segments: 5, symbols: 8 } as const;
const kinds = { data: 1, section: 3 } as const;
const flags = { weak: 0x1, local: 0x2, undefined: 0x10, explicitName: 0x40, threadLocal: 0x100 } as const;

/** By name. Weak references stay null, as their authors want them. */
export function undefinedVariables(objects: readonly Uint8Array[]): UndefinedVariable[] {
  const defined = new Set<string>();
  const missing = new Map<string, number[]>();
  for (const [index, object] of objects.entries())
    for (const { name, flags: set } of dataSymbols(object)) {
      if ((set & flags.undefined) === 0) {
        if ((set & flags.local) === 0) defined.add(name);
      } else if ((set & flags.weak) === 0) missing.set(name, [...(missing.get(name) ?? []), index]);
    }
  return [...missing]
    .filter(([name]) => !defined.has(name) && !isLinkers(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, referring]) => ({ name, objects: referring }));
}

/** Whether an object has thread-local variables, or uses another's. */
export function hasThreadLocals(object: Uint8Array): boolean {
  return dataSymbols(object).some(({ flags: set }) => (set & flags.threadLocal) !== 0);
}

/** An object that defines them, to be linked as the last one: its data, all zero, then lies behind all other. */
export function standInObject(variables: readonly UndefinedVariable[]): Uint8Array {
  const bytes = Math.max(variables.length, 1) * undefinedVariableBytes;
  const data = new ByteWriter()
    .u32(1)
    .u32(0)
    .byte(0x41)
    .s32(0)
    .byte(0x0b)
    .u32(bytes)
    .raw(new Uint8Array(bytes));
  const memory = new ByteWriter().u32(1);
  writeName(memory, 'env');
  writeName(memory, '__linear_memory');
  memory.byte(2).byte(0).u32(1);
  const segments = new ByteWriter().u32(1);
  // Segments of this name are left out of the module, as all memory is zero at first.
  writeName(segments, standInSegment);
  segments.u32(4).u32(0);
  const symbols = new ByteWriter().u32(variables.length + 1);
  for (const [index, name] of [standInSymbol, ...variables.map(({ name }) => name)].entries()) {
    symbols.byte(kinds.data).u32(0);
    writeName(symbols, name);
    symbols
      .u32(0)
      .u32(Math.max(index - 1, 0) * undefinedVariableBytes)
      .u32(undefinedVariableBytes);
  }
  const linking = new ByteWriter();
  writeName(linking, 'linking');
  linking.u32(linkingVersion);
  writeBlock(linking, subsections.segments, segments);
  writeBlock(linking, subsections.symbols, symbols);
  const object = new ByteWriter().raw(Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00));
  writeBlock(object, sectionIds.import, memory);
  writeBlock(object, sectionIds.data, data);
  writeBlock(object, sectionIds.custom, linking);
  return object.finish();
}

function writeBlock(writer: ByteWriter, id: number, contents: ByteWriter): void {
  writer.byte(id).u32(contents.length).raw(contents.finish());
}

/** What the linker itself defines. */
function isLinkers(name: string): boolean {
  return (
    /^__(start|stop)_/.test(name) ||
    /^__(heap_base|heap_end|data_end|stack_low|stack_high|global_base|memory_base|table_base|dso_handle|tls_base)$/.test(
      name,
    )
  );
}

interface DataSymbol {
  readonly name: string;
  readonly flags: number;
}

function dataSymbols(object: Uint8Array): DataSymbol[] {
  const linking = customSection(parseModule(object), 'linking');
  if (linking === undefined) return [];
  const reader = new ByteReader(linking);
  reader.u32();
  while (!reader.done) {
    const kind = reader.byte();
    const size = reader.u32();
    if (kind === subsections.symbols) return readSymbolTable(reader);
    reader.position += size;
  }
  return [];
}

function readSymbolTable(reader: ByteReader): DataSymbol[] {
  const found: DataSymbol[] = [];
  for (let count = reader.u32(); count > 0; count--) {
    const kind = reader.byte();
    const set = reader.u32();
    if (kind === kinds.data) {
      found.push({ name: reader.name(), flags: set });
      if ((set & flags.undefined) === 0) for (let field = 0; field < 3; field++) reader.skipLeb();
      continue;
    }
    reader.skipLeb();
    if (kind !== kinds.section && ((set & flags.undefined) === 0 || (set & flags.explicitName) !== 0))
      reader.name();
  }
  return found;
}

function writeName(writer: ByteWriter, name: string): void {
  const bytes = new TextEncoder().encode(name);
  writer.u32(bytes.length).raw(bytes);
}
