// The variables of a linked module and where they lie: what the linker tells of them with --emit-relocs. Format:
// WebAssembly tool conventions, Linking.md, "Symbol Table".
import { ByteReader, ByteWriter } from './leb.js';
import { customSection, findSection, sectionIds, type WasmModule } from './wasm-module.js';

/** What the linker has to be asked for. */
export const dataObjectFlags: readonly string[] = ['--emit-relocs'];

export interface DataObject {
  readonly name: string;
  readonly address: number;
  /** Bytes, 1 or more. */
  readonly size: number;
  /** Whether it is in a section that nobody may write. */
  readonly constant: boolean;
}

const subsections = { segments: 5, symbols: 8 } as const;
const kinds = { function: 0, data: 1, global: 2, section: 3, event: 4, table: 5 } as const;
const flags = { undefined: 0x10, explicitName: 0x40, absolute: 0x200 } as const;

/** By address; null for a module that was linked without {@link dataObjectFlags}. */
export function readDataObjects(module: WasmModule): readonly DataObject[] | null {
  const linking = customSection(module, 'linking');
  if (linking === undefined) return null;
  const addresses = segmentAddresses(module);
  let names: string[] = [];
  let symbols: DataSymbol[] = [];
  const reader = new ByteReader(linking);
  reader.u32();
  while (!reader.done) {
    const kind = reader.byte();
    const end = reader.u32() + reader.position;
    if (kind === subsections.segments)
      names = Array.from({ length: reader.u32() }, () => {
        const name = reader.name();
        reader.skipLeb();
        reader.skipLeb();
        return name;
      });
    if (kind === subsections.symbols) symbols = dataSymbols(reader);
    reader.position = end;
  }
  return symbols
    .filter(({ segment, size }) => addresses[segment] !== undefined && size > 0)
    .map(({ name, segment, offset, size }) => ({
      name,
      address: (addresses[segment] as number) + offset,
      size,
      constant: names[segment]?.startsWith('.rodata') ?? false,
    }))
    .sort((a, b) => a.address - b.address);
}

/** The module less what only a linker asks for: relocations are a large part of one with debug information. */
export function withoutRelocations(module: WasmModule): Uint8Array {
  const output = new ByteWriter().raw(module.bytes.subarray(0, 8));
  for (const { id, name, contents, end } of module.sections) {
    if (id === sectionIds.custom && name.startsWith('reloc.')) continue;
    output
      .byte(id)
      .u32(end - contents)
      .raw(module.bytes.subarray(contents, end));
  }
  return output.finish();
}

/** Of the module's data segments, by index. */
function segmentAddresses(module: WasmModule): number[] {
  const section = findSection(module, sectionIds.data);
  if (section === undefined) return [];
  const reader = new ByteReader(module.bytes, section.start, section.end);
  return Array.from({ length: reader.u32() }, () => {
    if (reader.u32() === 2) reader.u32();
    reader.byte();
    const address = reader.signed();
    reader.byte();
    const size = reader.u32();
    reader.position += size;
    return address;
  });
}

interface DataSymbol {
  readonly name: string;
  readonly segment: number;
  readonly offset: number;
  readonly size: number;
}

function dataSymbols(reader: ByteReader): DataSymbol[] {
  const found: DataSymbol[] = [];
  for (let count = reader.u32(); count > 0; count--) {
    const kind = reader.byte();
    const set = reader.u32();
    const isDefined = (set & flags.undefined) === 0;
    if (kind === kinds.data) {
      const name = reader.name();
      if (isDefined) {
        const [segment, offset, size] = [reader.u32(), reader.u32(), reader.u32()];
        if ((set & flags.absolute) === 0) found.push({ name, segment, offset, size });
      }
      continue;
    }
    reader.skipLeb();
    if (kind !== kinds.section && (isDefined || (set & flags.explicitName) !== 0)) reader.name();
  }
  return found;
}
