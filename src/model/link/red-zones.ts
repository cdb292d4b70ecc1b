// Room that belongs to nobody behind each variable of an object, so that an access past its end meets no other variable.
// clang gives each variable a segment of its own; what a program collects in sections of its own names stays as it is,
// one behind the other. Format: WebAssembly tool conventions, Linking.md, "Linking Metadata Section" and "Relocation
// Sections".
import { ByteReader, ByteWriter } from './leb.js';
import { standInSegment } from './undefined-variables.js';
import { findSection, parseModule, sectionIds, type WasmModule } from './wasm-module.js';

const segmentSubsection = 5;
/** The linker puts equal strings of such segments together, and would drop the room behind them. */
const stringsFlag = 1;
/** Bytes behind a constant, of which there are many. */
const constantRoom = 32;

/** Relocations with an addend: R_WASM_MEMORY_ADDR_*, _FUNCTION_OFFSET_*, _SECTION_OFFSET_I32. */
const withAddend: ReadonlySet<number> = new Set([3, 4, 5, 8, 9, 11, 14, 15, 16, 17, 21, 22, 23, 25]);

/**
 * The object with such room; itself when it has no variables. `room`: bytes behind each variable; all of them are put back
 * before each execution.
 */
export function withRedZones(object: Uint8Array, room: number): Uint8Array {
  const module = parseModule(object);
  const segments = segmentsOf(module, room);
  if (segments.length === 0) return object;
  const data = rewriteData(module, segments);
  const output = new ByteWriter().raw(object.subarray(0, 8));
  for (const section of module.sections) {
    const contents =
      section.id === sectionIds.data
        ? data.contents
        : section.id === sectionIds.custom && section.name === 'linking'
          ? withoutStrings(object.subarray(section.contents, section.end), section.contents, segments)
          : section.id === sectionIds.custom && section.name === 'reloc.DATA'
            ? moveRelocations(module, data.moved)
            : object.subarray(section.contents, section.end);
    output.byte(section.id).u32(contents.length).raw(contents);
  }
  return output.finish();
}

interface Segment {
  readonly room: number;
  /** Where its flags lie in the object; a number below 128. */
  readonly flagsAt: number;
}

/** By index. */
function segmentsOf(module: WasmModule, room: number): Segment[] {
  const section = findSection(module, sectionIds.custom, 'linking');
  if (section === undefined) return [];
  const reader = new ByteReader(module.bytes, section.start, section.end);
  reader.u32();
  while (!reader.done) {
    const kind = reader.byte();
    const size = reader.u32();
    if (kind !== segmentSubsection) {
      reader.position += size;
      continue;
    }
    return Array.from({ length: reader.u32() }, () => {
      const bytes = roomBehind(reader.name(), room);
      reader.skipLeb();
      const flagsAt = reader.position;
      reader.skipLeb();
      return { room: bytes, flagsAt };
    });
  }
  return [];
}

function roomBehind(name: string, room: number): number {
  if (name === standInSegment) return 0;
  if (name.startsWith('.rodata')) return constantRoom;
  return name.startsWith('.data') || name.startsWith('.bss') ? room : 0;
}

function withoutStrings(contents: Uint8Array, start: number, segments: readonly Segment[]): Uint8Array {
  const changed = contents.slice();
  for (const segment of segments)
    if (segment.room > 0)
      changed[segment.flagsAt - start] = (changed[segment.flagsAt - start] ?? 0) & ~stringsFlag;
  return changed;
}

/** `moved`: where what lay at an offset of the section's contents lies now. */
function rewriteData(
  module: WasmModule,
  segments: readonly Segment[],
): { readonly contents: Uint8Array; readonly moved: (offset: number) => number } {
  const section = findSection(module, sectionIds.data);
  const output = new ByteWriter();
  if (section === undefined) return { contents: output.finish(), moved: (offset) => offset };
  const reader = new ByteReader(module.bytes, section.start, section.end);
  const count = reader.u32();
  output.u32(count);
  const places: { readonly start: number; readonly by: number }[] = [];
  for (let index = 0; index < count; index++) {
    const header = reader.position;
    const flags = reader.u32();
    if (flags === 2) reader.u32();
    if (flags !== 1) {
      reader.byte();
      reader.skipLeb();
      reader.byte();
    }
    output.raw(module.bytes.subarray(header, reader.position));
    const size = reader.u32();
    const more = segments[index]?.room ?? 0;
    output.u32(size + more);
    places.push({
      start: reader.position - section.start,
      by: output.length - (reader.position - section.start),
    });
    output.raw(module.bytes.subarray(reader.position, reader.position + size)).raw(new Uint8Array(more));
    reader.position += size;
  }
  return {
    contents: output.finish(),
    moved: (offset) => offset + (places.findLast(({ start }) => start <= offset)?.by ?? 0),
  };
}

function moveRelocations(module: WasmModule, moved: (offset: number) => number): Uint8Array {
  const section = findSection(module, sectionIds.custom, 'reloc.DATA');
  const output = new ByteWriter();
  if (section === undefined) return output.finish();
  const reader = new ByteReader(module.bytes, section.start, section.end);
  output.raw(module.bytes.subarray(section.contents, section.start)).u32(reader.u32());
  const count = reader.u32();
  output.u32(count);
  for (let i = 0; i < count; i++) {
    const type = reader.byte();
    output.byte(type).u32(moved(reader.u32()));
    const rest = reader.position;
    reader.skipLeb();
    if (withAddend.has(type)) reader.skipLeb();
    output.raw(module.bytes.subarray(rest, reader.position));
  }
  return output.finish();
}
