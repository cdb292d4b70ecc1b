// Reads .debug_info and .debug_abbrev (DWARF 4 sections 7.5.1 to 7.5.4) as trees of entries, one compilation unit at a
// time and only when it is asked for. DWARF 4 is what clang is told to write; other versions are passed over.
import { ByteReader } from '../leb.js';

export interface DwarfSections {
  readonly info: Uint8Array;
  readonly abbreviations: Uint8Array;
  readonly strings: Uint8Array;
}

/** DW_TAG_* that are looked at (DWARF 4, figure 18). */
export const tags = {
  arrayType: 0x01,
  enumerationType: 0x04,
  formalParameter: 0x05,
  lexicalBlock: 0x0b,
  member: 0x0d,
  pointerType: 0x0f,
  compileUnit: 0x11,
  structureType: 0x13,
  typedef: 0x16,
  unionType: 0x17,
  inlinedSubroutine: 0x1d,
  subrangeType: 0x21,
  baseType: 0x24,
  constType: 0x26,
  subprogram: 0x2e,
  variable: 0x34,
  volatileType: 0x35,
  restrictType: 0x37,
  atomicType: 0x47,
} as const;

/** DW_AT_* that are kept (DWARF 4, figure 20). */
export const attributes = {
  location: 0x02,
  name: 0x03,
  byteSize: 0x0b,
  bitSize: 0x0d,
  lineTable: 0x10,
  lowPc: 0x11,
  highPc: 0x12,
  upperBound: 0x2f,
  abstractOrigin: 0x31,
  count: 0x37,
  dataMemberLocation: 0x38,
  specification: 0x47,
  type: 0x49,
  ranges: 0x55,
  declFile: 0x3a,
  declLine: 0x3b,
  encoding: 0x3e,
  callFile: 0x58,
  callLine: 0x59,
  dataBitOffset: 0x6b,
} as const;

const kept: ReadonlySet<number> = new Set(Object.values(attributes));

/** A number, a string, an expression's bytes, or an entry by its offset in the section. */
export type AttributeValue = number | string | Uint8Array;

export interface Entry {
  /** In .debug_info. */
  readonly offset: number;
  readonly tag: number;
  readonly parent: Entry | null;
  readonly children: Entry[];
  readonly attributes: ReadonlyMap<number, AttributeValue>;
  readonly unit: Unit;
}

/** A compilation unit: its own entry, and those below it once they are asked for. */
export interface Unit {
  readonly root: Entry;
  /** Every entry, by offset. */
  entries(): ReadonlyMap<number, Entry>;
}

type Abbreviation = {
  readonly tag: number;
  readonly hasChildren: boolean;
  /** Attribute and form, in turn. */
  readonly layout: readonly number[];
};

export function readUnits(sections: DwarfSections): Unit[] {
  const units: Unit[] = [];
  const tables = new Map<number, ReadonlyMap<number, Abbreviation>>();
  for (let start = 0; start + 11 <= sections.info.length; ) {
    const reader = new ByteReader(sections.info, start);
    const end = fixed(reader, 4) + reader.position;
    const version = fixed(reader, 2);
    const table = fixed(reader, 4);
    reader.byte(); // bytes of an address: 4
    if (version === 4) {
      const known = tables.get(table) ?? readAbbreviations(sections.abbreviations, table);
      tables.set(table, known);
      units.push(unitAt({ sections, start, end, first: reader.position, abbreviations: known }));
    }
    start = end;
  }
  return units;
}

interface UnitSource {
  readonly sections: DwarfSections;
  readonly start: number;
  readonly end: number;
  readonly first: number;
  readonly abbreviations: ReadonlyMap<number, Abbreviation>;
}

function unitAt(source: UnitSource): Unit {
  let all: ReadonlyMap<number, Entry> | null = null;
  const unit: Unit = {
    get root() {
      return root;
    },
    entries() {
      all ??= readEntries(source, unit, root);
      return all;
    },
  };
  const reader = new ByteReader(source.sections.info, source.first, source.end);
  const root = readEntry(reader, source, unit, null)?.entry as Entry;
  return unit;
}

function readEntries(source: UnitSource, unit: Unit, root: Entry): Map<number, Entry> {
  const entries = new Map<number, Entry>([[root.offset, root]]);
  const reader = new ByteReader(source.sections.info, source.first, source.end);
  readEntry(reader, source, unit, null);
  let parent: Entry | null = root;
  while (!reader.done && parent !== null) {
    const read = readEntry(reader, source, unit, parent);
    if (read === null) {
      parent = parent.parent;
      continue;
    }
    parent.children.push(read.entry);
    entries.set(read.entry.offset, read.entry);
    if (read.hasChildren) parent = read.entry;
  }
  return entries;
}

/** Null for the entry that ends a list of children. */
function readEntry(
  reader: ByteReader,
  source: UnitSource,
  unit: Unit,
  parent: Entry | null,
): { entry: Entry; hasChildren: boolean } | null {
  const offset = reader.position;
  const code = reader.u32();
  if (code === 0) return null;
  const abbreviation = source.abbreviations.get(code);
  if (abbreviation === undefined) throw new RangeError(`no abbreviation ${code} in .debug_abbrev`);
  const { tag, hasChildren, layout } = abbreviation;
  const values = new Map<number, AttributeValue>();
  for (let index = 0; index < layout.length; index += 2) {
    const attribute = layout[index] as number;
    const value = readForm(reader, layout[index + 1] as number, source);
    if (kept.has(attribute)) values.set(attribute, value);
  }
  return { entry: { offset, tag, parent, children: [], attributes: values, unit }, hasChildren };
}

function readAbbreviations(section: Uint8Array, offset: number): Map<number, Abbreviation> {
  const reader = new ByteReader(section, offset);
  const table = new Map<number, Abbreviation>();
  for (let code = reader.u32(); code !== 0; code = reader.u32()) {
    const tag = reader.u32();
    const hasChildren = reader.byte() === 1;
    const layout: number[] = [];
    for (;;) {
      const attribute = reader.u32();
      const form = reader.u32();
      if (attribute === 0 && form === 0) break;
      layout.push(attribute, form);
    }
    table.set(code, { tag, hasChildren, layout });
  }
  return table;
}

/** An unsigned number of `bytes` bytes, the lowest first. */
export function fixed(reader: ByteReader, bytes: number): number {
  let value = 0;
  for (let index = 0, scale = 1; index < bytes; index++, scale *= 256) value += reader.byte() * scale;
  return value;
}

function block(reader: ByteReader, length: number): Uint8Array {
  const bytes = reader.bytes.subarray(reader.position, reader.position + length);
  reader.position += length;
  return bytes;
}

function cString(reader: ByteReader): string {
  const start = reader.position;
  while (reader.byte() !== 0);
  return new TextDecoder().decode(reader.bytes.subarray(start, reader.position - 1));
}

/** DWARF 4, figure 21. */
function readForm(reader: ByteReader, form: number, source: UnitSource): AttributeValue {
  switch (form) {
    case 0x01: // DW_FORM_addr, 4 bytes on wasm32
    case 0x06: // DW_FORM_data4
    case 0x17: // DW_FORM_sec_offset
    case 0x10: // DW_FORM_ref_addr
      return fixed(reader, 4);
    case 0x03: // DW_FORM_block2
      return block(reader, fixed(reader, 2));
    case 0x04: // DW_FORM_block4
      return block(reader, fixed(reader, 4));
    case 0x05: // DW_FORM_data2
      return fixed(reader, 2);
    case 0x07: // DW_FORM_data8
    case 0x20: // DW_FORM_ref_sig8
      return fixed(reader, 8);
    case 0x08: // DW_FORM_string
      return cString(reader);
    case 0x09: // DW_FORM_block
    case 0x18: // DW_FORM_exprloc
      return block(reader, reader.u32());
    case 0x0a: // DW_FORM_block1
      return block(reader, reader.byte());
    case 0x0b: // DW_FORM_data1
    case 0x0c: // DW_FORM_flag
      return reader.byte();
    case 0x0d: // DW_FORM_sdata
      return reader.signed();
    case 0x0e: // DW_FORM_strp
      return cString(new ByteReader(source.sections.strings, fixed(reader, 4)));
    case 0x0f: // DW_FORM_udata
      return reader.u32();
    case 0x11: // DW_FORM_ref1
      return source.start + reader.byte();
    case 0x12: // DW_FORM_ref2
      return source.start + fixed(reader, 2);
    case 0x13: // DW_FORM_ref4
      return source.start + fixed(reader, 4);
    case 0x15: // DW_FORM_ref_udata
      return source.start + reader.u32();
    case 0x16: // DW_FORM_indirect
      return readForm(reader, reader.u32(), source);
    case 0x19: // DW_FORM_flag_present
      return 1;
    default:
      throw new RangeError(`form 0x${form.toString(16)} is not one of DWARF 4`);
  }
}

export function numberOf(entry: Entry, attribute: number): number | null {
  const value = entry.attributes.get(attribute);
  return typeof value === 'number' ? value : null;
}

/** The entry that an attribute refers to, in the same unit. */
export function entryOf(entry: Entry, attribute: number): Entry | null {
  const offset = numberOf(entry, attribute);
  return offset === null ? null : (entry.unit.entries().get(offset) ?? null);
}

/** The name of the entry itself, or of what it is an instance of. */
export function nameOf(entry: Entry): string | null {
  for (let one: Entry | null = entry; one !== null; one = originOf(one)) {
    const name = one.attributes.get(attributes.name);
    if (typeof name === 'string') return name;
  }
  return null;
}

/** The type of the entry itself, or of what it is an instance of; null for void and for what has none. */
export function typeOf(entry: Entry): Entry | null {
  for (let one: Entry | null = entry; one !== null; one = originOf(one))
    if (one.attributes.has(attributes.type)) return entryOf(one, attributes.type);
  return null;
}

function originOf(entry: Entry): Entry | null {
  return entryOf(entry, attributes.abstractOrigin) ?? entryOf(entry, attributes.specification);
}
