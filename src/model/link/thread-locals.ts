// Thread-local variables of a linked module (wasm-ld, Writer.cpp, "createSyntheticSymbols"): without shared memory the
// linker lays all of them out once, in a segment named .tdata, and code adds the offset of each to the constant
// __tls_base. A machine that moves that base gives each thread variables of its own.
import { ByteReader } from './leb.js';
import { findSection, sectionIds, type WasmModule } from './wasm-module.js';

/** The exported variable that holds the base. */
export const threadBase = '__tls_base';

/** Exported by include/c11/library/thread-local.c, which says what it is for. */
export const firstThreadLocal = '__millrace_first_thread_local';

/** Where the linker has laid out what the first thread uses, and all others begin with. */
export interface ThreadLocalData {
  readonly start: number;
  readonly size: number;
}

/** Null in a program without such variables. */
export function threadLocalData(module: WasmModule): ThreadLocalData | null {
  const index = segmentNames(module).indexOf('.tdata');
  const section = findSection(module, sectionIds.data);
  if (index < 0 || section === undefined) return null;
  const reader = new ByteReader(module.bytes, section.start, section.end);
  for (let count = reader.u32(), segment = 0; segment < count; segment++) {
    // Active segments of memory 0 alone: i32.const ADDRESS end.
    const flags = reader.u32();
    if (flags !== 0) throw new RangeError(`data segment of kind ${flags} is not expected`);
    reader.byte();
    const start = reader.signed();
    reader.byte();
    const size = reader.u32();
    if (segment === index) return { start, size };
    reader.position += size;
  }
  return null;
}

/** The global variable that code takes the base from; null in a program without thread-local variables. */
export function threadBaseOf(module: WasmModule): number | null {
  if (threadLocalData(module) === null) return null;
  const section = findSection(module, sectionIds.export);
  if (section === undefined) return null;
  const reader = new ByteReader(module.bytes, section.start, section.end);
  for (let count = reader.u32(); count > 0; count--) {
    const name = reader.name();
    const kind = reader.byte();
    const index = reader.u32();
    if (kind === 3 && name === threadBase) return index;
  }
  return null;
}

/** By segment, from the name section ("Extended name section", data segment names). */
function segmentNames(module: WasmModule): string[] {
  const dataNames = 9;
  const names: string[] = [];
  const section = findSection(module, sectionIds.custom, 'name');
  if (section === undefined) return names;
  const reader = new ByteReader(module.bytes, section.start, section.end);
  while (!reader.done) {
    const kind = reader.byte();
    const size = reader.u32();
    const end = reader.position + size;
    if (kind === dataNames)
      for (let count = reader.u32(); count > 0; count--) names[reader.u32()] = reader.name();
    reader.position = end;
  }
  return names;
}
