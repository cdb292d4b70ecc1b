// A WebAssembly binary taken apart as far as linking needs it: sections, function types, imports, function names.
import { ByteReader } from './leb.js';

export const sectionIds = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  global: 6,
  export: 7,
  element: 9,
  code: 10,
  data: 11,
} as const;

export interface Section {
  readonly id: number;
  /** Of a custom section. */
  readonly name: string;
  /** Where the contents begin and end in the binary, name of a custom section excluded. */
  readonly start: number;
  readonly end: number;
  /** Where the contents begin, name included. */
  readonly contents: number;
}

export interface FunctionType {
  /** Value types as the binary has them: 0x7f i32, 0x7e i64, 0x7d f32, 0x7c f64. */
  readonly parameters: readonly number[];
  readonly results: readonly number[];
}

export interface FunctionImport {
  readonly module: string;
  readonly name: string;
  readonly typeIndex: number;
}

export interface WasmModule {
  readonly bytes: Uint8Array;
  readonly sections: readonly Section[];
  readonly types: readonly FunctionType[];
  /** In the order of their function indices, which begin at 0. */
  readonly functionImports: readonly FunctionImport[];
  /** By function index, from the name section. */
  readonly functionNames: ReadonlyMap<number, string>;
}

export function parseModule(bytes: Uint8Array): WasmModule {
  const sections = parseSections(bytes);
  return {
    bytes,
    sections,
    types: parseTypes(bytes, sections),
    functionImports: parseFunctionImports(bytes, sections),
    functionNames: parseFunctionNames(bytes, sections),
  };
}

export function findSection(module: WasmModule, id: number, name = ''): Section | undefined {
  return module.sections.find((section) => section.id === id && section.name === name);
}

/** The contents of a custom section (`.debug_line` …), or undefined. */
export function customSection(module: WasmModule, name: string): Uint8Array | undefined {
  const section = findSection(module, sectionIds.custom, name);
  return section && module.bytes.subarray(section.start, section.end);
}

function parseSections(bytes: Uint8Array): Section[] {
  const reader = new ByteReader(bytes, 8);
  const sections: Section[] = [];
  while (!reader.done) {
    const id = reader.byte();
    const size = reader.u32();
    const contents = reader.position;
    const end = contents + size;
    const name = id === sectionIds.custom ? reader.name() : '';
    sections.push({ id, name, start: reader.position, end, contents });
    reader.position = end;
  }
  return sections;
}

function sectionReader(bytes: Uint8Array, sections: readonly Section[], id: number): ByteReader | undefined {
  const section = sections.find((candidate) => candidate.id === id);
  return section && new ByteReader(bytes, section.start, section.end);
}

function parseTypes(bytes: Uint8Array, sections: readonly Section[]): FunctionType[] {
  const reader = sectionReader(bytes, sections, sectionIds.type);
  if (reader === undefined) return [];
  return Array.from({ length: reader.u32() }, () => {
    reader.byte(); // 0x60, a function type
    const parameters = Array.from({ length: reader.u32() }, () => reader.byte());
    const results = Array.from({ length: reader.u32() }, () => reader.byte());
    return { parameters, results };
  });
}

function parseFunctionImports(bytes: Uint8Array, sections: readonly Section[]): FunctionImport[] {
  const reader = sectionReader(bytes, sections, sectionIds.import);
  if (reader === undefined) return [];
  const imports: FunctionImport[] = [];
  for (let count = reader.u32(); count > 0; count--) {
    const module = reader.name();
    const name = reader.name();
    const kind = reader.byte();
    if (kind === 0) imports.push({ module, name, typeIndex: reader.u32() });
    else if (kind === 3) reader.position += 2;
    else {
      if (kind === 1) reader.byte();
      const hasMaximum = reader.byte() & 1;
      reader.skipLeb();
      if (hasMaximum) reader.skipLeb();
    }
  }
  return imports;
}

function parseFunctionNames(bytes: Uint8Array, sections: readonly Section[]): Map<number, string> {
  const names = new Map<number, string>();
  const section = sections.find((candidate) => candidate.id === 0 && candidate.name === 'name');
  if (section === undefined) return names;
  const reader = new ByteReader(bytes, section.start, section.end);
  while (!reader.done) {
    const kind = reader.byte();
    const size = reader.u32();
    const end = reader.position + size;
    if (kind === 1) for (let count = reader.u32(); count > 0; count--) names.set(reader.u32(), reader.name());
    reader.position = end;
  }
  return names;
}
