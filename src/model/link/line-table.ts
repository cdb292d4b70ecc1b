// Reads .debug_line (DWARF 4 section 6.2, DWARF 5 section 6.2): code offset to file and line, with no tool at all.
import { ByteReader } from './leb.js';

export interface LineRow {
  /** Offset in the code section. */
  readonly address: number;
  readonly file: string;
  /** Counts from 1; 0 where the compiler gave none. */
  readonly line: number;
  readonly column: number;
}

export interface DebugSections {
  readonly line: Uint8Array;
  /** `.debug_line_str` and `.debug_str`, for DWARF 5. */
  readonly lineStrings?: Uint8Array | undefined;
  readonly strings?: Uint8Array | undefined;
}

/** Rows in the order of their addresses. */
export function parseLineTable(sections: DebugSections): LineRow[] {
  const rows: LineRow[] = [];
  const reader = new ByteReader(sections.line);
  while (reader.position + 4 <= reader.end) {
    const length = u32(reader);
    const end = reader.position + length;
    readUnit(new ByteReader(sections.line, reader.position, end), sections, rows);
    reader.position = end;
  }
  return rows.sort((a, b) => a.address - b.address);
}

/** The names that a unit's table, at `offset` in `.debug_line`, gives file numbers. */
export function unitFileNames(sections: DebugSections, offset: number): readonly string[] {
  const reader = new ByteReader(sections.line, offset);
  if (reader.end - offset < 4) return [];
  const length = u32(reader);
  const unit = readHeader(new ByteReader(sections.line, reader.position, reader.position + length), sections);
  return unit?.files ?? [];
}

/** The row that covers `address`, or undefined when there is none. */
export function findRow(rows: readonly LineRow[], address: number): LineRow | undefined {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.address ?? 0) <= address) low = middle + 1;
    else high = middle;
  }
  return rows[low - 1];
}

function u16(reader: ByteReader): number {
  return reader.byte() | (reader.byte() << 8);
}

function u32(reader: ByteReader): number {
  return (u16(reader) | (u16(reader) << 16)) >>> 0;
}

function cString(reader: ByteReader): string {
  const start = reader.position;
  while (reader.byte() !== 0);
  return new TextDecoder().decode(reader.bytes.subarray(start, reader.position - 1));
}

interface Unit {
  readonly minimumInstructionLength: number;
  readonly defaultIsStatement: boolean;
  readonly lineBase: number;
  readonly lineRange: number;
  readonly opcodeBase: number;
  readonly operandCounts: readonly number[];
  readonly files: readonly string[];
}

function readUnit(reader: ByteReader, sections: DebugSections, rows: LineRow[]): void {
  const unit = readHeader(reader, sections);
  if (unit !== null) runProgram(reader, unit, rows);
}

/** Leaves the reader at the unit's program. Null for versions that are not known. */
function readHeader(reader: ByteReader, sections: DebugSections): Unit | null {
  const version = u16(reader);
  if (version < 2 || version > 5) return null;
  if (version === 5) reader.position += 2;
  const headerLength = u32(reader);
  const program = reader.position + headerLength;
  const minimumInstructionLength = reader.byte();
  if (version >= 4) reader.byte();
  const defaultIsStatement = reader.byte() !== 0;
  const lineBase = (reader.byte() << 24) >> 24;
  const lineRange = reader.byte();
  const opcodeBase = reader.byte();
  const operandCounts = Array.from({ length: opcodeBase - 1 }, () => reader.byte());
  const files = version === 5 ? readFiles5(reader, sections) : readFiles4(reader);
  reader.position = program;
  return {
    minimumInstructionLength,
    defaultIsStatement,
    lineBase,
    lineRange,
    opcodeBase,
    operandCounts,
    files,
  };
}

function joinPath(directory: string | undefined, name: string): string {
  return directory === undefined || directory === '' || name.startsWith('/') ? name : `${directory}/${name}`;
}

function readFiles4(reader: ByteReader): string[] {
  const directories = [''];
  for (let name = cString(reader); name !== ''; name = cString(reader)) directories.push(name);
  const files = [''];
  for (let name = cString(reader); name !== ''; name = cString(reader)) {
    const directory = reader.u32();
    reader.skipLeb();
    reader.skipLeb();
    files.push(joinPath(directories[directory], name));
  }
  return files;
}

/** DW_LNCT_path 1, DW_LNCT_directory_index 2; the rest is skipped by its form. */
function readFiles5(reader: ByteReader, sections: DebugSections): string[] {
  const directories = readEntries(reader, sections).map(({ path }) => path);
  return readEntries(reader, sections).map(({ path, directory }) =>
    joinPath(directory === 0 && path.startsWith('/') ? '' : directories[directory], path),
  );
}

function readEntries(reader: ByteReader, sections: DebugSections): { path: string; directory: number }[] {
  const formats = Array.from({ length: reader.byte() }, () => [reader.u32(), reader.u32()] as const);
  return Array.from({ length: reader.u32() }, () => {
    let path = '';
    let directory = 0;
    for (const [content, form] of formats) {
      const value = readForm(reader, form, sections);
      if (content === 1) path = String(value);
      else if (content === 2) directory = Number(value);
    }
    return { path, directory };
  });
}

function readForm(reader: ByteReader, form: number, sections: DebugSections): string | number {
  switch (form) {
    case 0x08: // DW_FORM_string
      return cString(reader);
    case 0x1f: // DW_FORM_line_strp
      return cString(new ByteReader(sections.lineStrings ?? new Uint8Array(1), u32(reader)));
    case 0x0e: // DW_FORM_strp
      return cString(new ByteReader(sections.strings ?? new Uint8Array(1), u32(reader)));
    case 0x0b: // DW_FORM_data1
      return reader.byte();
    case 0x05: // DW_FORM_data2
      return u16(reader);
    case 0x0f: // DW_FORM_udata
      return reader.u32();
    case 0x1e: // DW_FORM_data16
      reader.position += 16;
      return 0;
    default:
      throw new RangeError(`form 0x${form.toString(16)} is not expected in a line table`);
  }
}

function runProgram(reader: ByteReader, unit: Unit, rows: LineRow[]): void {
  let address = 0;
  let file = 1;
  let line = 1;
  let column = 0;
  let sequence: LineRow[] = [];
  const emit = () => {
    sequence.push({ address, file: unit.files[file] ?? '', line, column });
  };
  const reset = () => {
    // A sequence of a function that the linker dropped begins at 0 or at a tombstone.
    const first = sequence[0]?.address ?? 0;
    if (first > 0 && first < 0xfffffff0) rows.push(...sequence);
    sequence = [];
    address = 0;
    file = 1;
    line = 1;
    column = 0;
  };
  while (!reader.done) {
    const opcode = reader.byte();
    if (opcode >= unit.opcodeBase) {
      const adjusted = opcode - unit.opcodeBase;
      address += Math.floor(adjusted / unit.lineRange) * unit.minimumInstructionLength;
      line += unit.lineBase + (adjusted % unit.lineRange);
      emit();
    } else if (opcode === 0) {
      const length = reader.u32();
      const next = reader.position + length;
      const extended = reader.byte();
      if (extended === 1) {
        emit();
        reset();
      } else if (extended === 2) address = u32(reader);
      reader.position = next;
    } else if (opcode === 1) emit();
    else if (opcode === 2) address += reader.u32() * unit.minimumInstructionLength;
    else if (opcode === 3) line += reader.signed();
    else if (opcode === 4) file = reader.u32();
    else if (opcode === 5) column = reader.u32();
    else if (opcode === 8)
      address += Math.floor((255 - unit.opcodeBase) / unit.lineRange) * unit.minimumInstructionLength;
    else if (opcode === 9) address += u16(reader);
    else for (let operands = unit.operandCounts[opcode - 1] ?? 0; operands > 0; operands--) reader.skipLeb();
  }
}
