// What the debug information of a linked module says of an address: the functions around a code offset, with those that
// were inlined; the variables that they have; the static variable at an address of the memory.
import { ByteReader } from '../leb.js';
import { unitFileNames } from '../line-table.js';
import { customSection, type WasmModule } from '../wasm-module.js';
import {
  attributes,
  type Entry,
  fixed,
  nameOf,
  numberOf,
  readUnits,
  tags,
  typeOf,
  type Unit,
} from './entries.js';
import { bare, isAggregate, pointee, sizeOf } from './types.js';

const opAddress = 0x03;
const scopeTags: ReadonlySet<number> = new Set([tags.subprogram, tags.inlinedSubroutine, tags.lexicalBlock]);

/** A function at a code offset, or one that was inlined there. */
export interface FunctionScope {
  readonly name: string;
  /** Where it was inlined into the function around it; null for a function that was not. */
  readonly call: { readonly file: string; readonly line: number } | null;
}

export interface StaticVariable {
  readonly name: string;
  readonly address: number;
  readonly type: Entry;
}

/** A struct of which two units have two layouts. */
export interface DifferingStruct {
  readonly name: string;
  /** The first member that only one of them has, or has there; null where the sizes alone differ. */
  readonly field: string | null;
  /** `file:line` of both definitions, that of the asked unit first. */
  readonly places: readonly [string, string];
}

/** A function where it is defined. */
export interface DefinedFunction {
  readonly name: string;
  readonly file: string;
  readonly line: number;
}

export interface DebugInfo {
  /** Those with code of their own, also where the linker left that out since nothing refers to it. */
  functions(): readonly DefinedFunction[];
  /** Innermost first; the last is the function of the module. Empty where nothing is known. */
  scopesAt(site: number): readonly FunctionScope[];
  staticAt(address: number): StaticVariable | null;
  /** The type of a static variable of the unit around `site`; null for none. */
  staticType(site: number, name: string): Entry | null;
  /** The type of a parameter or local variable of a function, as the code at `site` sees it; null for none. */
  localType(site: number, name: string): Entry | null;
  /** Structs and unions that parameters and variables of the functions around `site` point to. */
  pointees(site: number): readonly Entry[];
  /** Structs that the unit of `file` and another one define by the same name, and lay out differently. */
  differingFrom(file: string): readonly DifferingStruct[];
  /** The struct of that name, where all units that define one give it the same size; null else. */
  structNamed(name: string): Entry | null;
  /** Those of all functions in the unit of a C file, whose path ends with `file`. */
  pointeesIn(file: string): readonly Entry[];
}

/** An empty answer to everything when the module has no debug information. */
export function readDebugInfo(module: WasmModule): DebugInfo {
  const section = (name: string) => customSection(module, name) ?? new Uint8Array();
  const ranges = section('.debug_ranges');
  const units = readUnits({
    info: section('.debug_info'),
    abbreviations: section('.debug_abbrev'),
    strings: section('.debug_str'),
  });
  const lineSections = {
    line: section('.debug_line'),
    lineStrings: customSection(module, '.debug_line_str'),
    strings: customSection(module, '.debug_str'),
  };
  const files = new Map<Unit, readonly string[]>();
  const filesOf = (unit: Unit) => {
    const known =
      files.get(unit) ?? unitFileNames(lineSections, numberOf(unit.root, attributes.lineTable) ?? 0);
    files.set(unit, known);
    return known;
  };
  const statics = new Map<Unit, readonly StaticVariable[]>();
  const staticsIn = (unit: Unit) => {
    const known = statics.get(unit) ?? staticsOf(unit);
    statics.set(unit, known);
    return known;
  };
  const entriesAt = (site: number): readonly Entry[] => {
    const unit = units.find(({ root }) => covers(root, site, ranges));
    if (unit === undefined) return [];
    unit.entries();
    return scopesIn(unit.root, site, ranges);
  };
  return {
    functions: () =>
      units.flatMap((unit) =>
        [...unit.entries().values()]
          .filter((entry) => entry.tag === tags.subprogram && entry.attributes.has(attributes.lowPc))
          .map((entry) => ({
            name: nameOf(entry) ?? '',
            file: filesOf(unit)[numberOf(entry, attributes.declFile) ?? 0] ?? '',
            line: numberOf(entry, attributes.declLine) ?? 0,
          })),
      ),
    scopesAt: (site) =>
      entriesAt(site)
        .filter(({ tag }) => tag !== tags.lexicalBlock)
        .map((entry) => ({ name: nameOf(entry) ?? '?', call: callOf(entry, filesOf(entry.unit)) })),
    staticAt(address) {
      const holds = (variable: StaticVariable) =>
        address >= variable.address && address < variable.address + Math.max(sizeOf(variable.type), 1);
      for (const unit of units) {
        const found = staticsIn(unit).find(holds);
        if (found !== undefined) return found;
      }
      return null;
    },
    localType(site, name) {
      for (const scope of entriesAt(site)) {
        const found = scope.children.find((child) => isLocal(child) && nameOf(child) === name);
        if (found !== undefined) return typeOf(found);
      }
      return null;
    },
    staticType(site, name) {
      const [scope] = entriesAt(site);
      return scope === undefined
        ? null
        : (staticsIn(scope.unit).find((variable) => variable.name === name)?.type ?? null);
    },
    pointees(site) {
      const scopes = entriesAt(site);
      return structsPointedTo(scopes.flatMap(({ children }) => children));
    },
    differingFrom(file) {
      const own = units.find((one) => filesOf(one).some((name) => `/${name}`.endsWith(`/${file}`)));
      if (own === undefined) return [];
      const placeOf = (one: Entry) => {
        const where = filesOf(one.unit)[numberOf(one, attributes.declFile) ?? 0] ?? '?';
        return `${where}:${numberOf(one, attributes.declLine) ?? 0}`;
      };
      const mine = structsOf(own);
      return units
        .filter((unit) => unit !== own)
        .flatMap((unit) =>
          [...structsOf(unit)].flatMap(([name, theirs]): DifferingStruct[] => {
            const one = mine.get(name);
            if (one === undefined) return [];
            const field = differingMember(one, theirs);
            if (field === null && sizeOf(one) === sizeOf(theirs)) return [];
            return [{ name, field, places: [placeOf(one), placeOf(theirs)] }];
          }),
        );
    },
    structNamed(name) {
      const found = units
        .flatMap((unit) => [...unit.entries().values()])
        .filter((one) => one.tag === tags.structureType && nameOf(one) === name && sizeOf(one) > 0);
      return new Set(found.map(sizeOf)).size === 1 ? (found[0] ?? null) : null;
    },
    pointeesIn(file) {
      // By the files of its lines: what compiles from a pipe names its unit otherwise.
      const unit = units.find((one) => filesOf(one).some((name) => `/${name}`.endsWith(`/${file}`)));
      return structsPointedTo([...(unit?.entries().values() ?? [])]);
    },
  };
}

/** By name: those that the unit itself lays out. */
function structsOf(unit: Unit): Map<string, Entry> {
  return new Map(
    [...unit.entries().values()].flatMap((one): [string, Entry][] => {
      const name = nameOf(one);
      return one.tag === tags.structureType && name !== null && sizeOf(one) > 0 ? [[name, one]] : [];
    }),
  );
}

/** Name of the first member that stands somewhere else, or has another size, or is another one. */
function differingMember(one: Entry, other: Entry): string | null {
  const [mine, theirs] = [one, other].map(({ children }) =>
    children
      .filter(({ tag }) => tag === tags.member)
      .map((member) => ({ name: nameOf(member) ?? '', text: layoutOf(member) })),
  );
  const length = Math.max(mine?.length ?? 0, theirs?.length ?? 0);
  for (let index = 0; index < length; index++) {
    const [a, b] = [mine?.[index], theirs?.[index]];
    if (a?.text === b?.text) continue;
    // The one that is not in the other is what was added, or taken away.
    const isNew = b !== undefined && !mine?.some(({ name }) => name === b.name);
    return (isNew ? b.name : (a?.name ?? b?.name)) ?? null;
  }
  return null;
}

function layoutOf(member: Entry): string {
  const { dataMemberLocation, dataBitOffset, bitSize } = attributes;
  const at = [dataMemberLocation, dataBitOffset, bitSize].map((attribute) => numberOf(member, attribute));
  return JSON.stringify([nameOf(member), ...at, sizeOf(typeOf(member))]);
}

function isLocal({ tag }: Entry): boolean {
  return tag === tags.formalParameter || tag === tags.variable;
}

function structsPointedTo(entries: readonly Entry[]): Entry[] {
  const structs = entries
    .filter(isLocal)
    .map((entry) => bare(pointee(typeOf(entry))))
    .filter((type) => type !== null && isAggregate(type));
  return [...new Set(structs)] as Entry[];
}

/** Functions, inlined functions and blocks around a site, innermost first. */
function scopesIn(root: Entry, site: number, ranges: Uint8Array): Entry[] {
  const scopes: Entry[] = [];
  for (let next: Entry | undefined = root; next !== undefined; ) {
    next = next.children.find((child) => scopeTags.has(child.tag) && covers(child, site, ranges));
    if (next !== undefined) scopes.unshift(next);
  }
  return scopes;
}

function callOf(entry: Entry, files: readonly string[]): FunctionScope['call'] {
  if (entry.tag !== tags.inlinedSubroutine) return null;
  return {
    file: files[numberOf(entry, attributes.callFile) ?? 0] ?? '',
    line: numberOf(entry, attributes.callLine) ?? 0,
  };
}

/** Variables with an address of their own: DW_OP_addr (DWARF 4, section 2.5.1.1). */
function staticsOf(unit: Unit): StaticVariable[] {
  return [...unit.entries().values()].flatMap((entry) => {
    const location = entry.attributes.get(attributes.location);
    const name = nameOf(entry);
    const type = typeOf(entry);
    if (entry.tag !== tags.variable || name === null || type === null) return [];
    if (!(location instanceof Uint8Array) || location.length !== 5 || location[0] !== opAddress) return [];
    const address = fixed(new ByteReader(location, 1), 4);
    return address === 0 ? [] : [{ name, address, type }];
  });
}

/** DWARF 4 sections 2.17.2 and 2.17.3. A low_pc of 0 is a function that the linker dropped. */
function covers(entry: Entry, site: number, ranges: Uint8Array): boolean {
  const low = numberOf(entry, attributes.lowPc);
  const list = numberOf(entry, attributes.ranges);
  if (list !== null) return inRanges(new ByteReader(ranges, list), low ?? 0, site);
  if (low === null || low === 0) return false;
  return site >= low && site < low + (numberOf(entry, attributes.highPc) ?? 0);
}

function inRanges(reader: ByteReader, unitBase: number, site: number): boolean {
  let base = unitBase;
  for (;;) {
    const start = fixed(reader, 4);
    const end = fixed(reader, 4);
    if (start === 0 && end === 0) return false;
    if (start === 0xffffffff) base = end;
    else if (site >= base + start && site < base + end) return true;
  }
}
