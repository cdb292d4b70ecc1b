// What a driver calls its registers, where the harness has plain memory in their place: the name of a macro that the
// driver hands to its own accessors. A name is given where one fits, and none where two do, or where it is not known in
// which unit the accessor counts.
import { withoutComments } from '../../c-syntax/index.js';
import type { Program } from '../link/index.js';
import type { SourceNames } from './source-names.js';

type Files = { readonly symbols: Pick<Program['symbols'], 'files'> };
type Texts = Pick<SourceNames, 'text'>;

export interface RegisterNames {
  /** Of the register `offset` bytes into the harness's array of that name; null where nothing or too much fits. */
  at(array: string, offset: number): string | null;
}

/** Of the kernel's functions that access a device (include/asm-generic/io.h, v6.12). */
const access = String.raw`\b(?:__raw_)?(?:read|write)[bwlq](?:_relaxed)?\s*\(|\bio(?:read|write)(?:8|16|32|64)(?:be)?\s*\(`;

/** Bytes of what a pointer to registers points to; a `void *` counts bytes. */
const unitOf: Readonly<Record<string, number>> = {
  void: 1,
  ...{ u8: 1, __u8: 1, uint8_t: 1, char: 1 },
  ...{ u16: 2, __u16: 2, uint16_t: 2, __le16: 2 },
  ...{ u32: 4, __u32: 4, uint32_t: 4, __le32: 4 },
  ...{ u64: 8, __u64: 8, uint64_t: 8, __le64: 8 },
};

const noNames: RegisterNames = { at: () => null };

/** `harness`: its file name. */
export function registerNamesOf(program: Files, names: Texts, harness: string): RegisterNames {
  const pointers = arraysBehind(withoutComments(names.text(harness)));
  if (pointers.size === 0) return noNames;
  const texts = [...driverFiles(program, names, harness)].map((file) => withoutComments(names.text(file)));
  const values = macrosIn(texts);
  const known = new Map<string, ReadonlyMap<number, ReadonlySet<string>>>();
  const namesOf = (array: string) => {
    const found = known.get(array) ?? namesBehind(pointers.get(array), texts, values);
    known.set(array, found);
    return found;
  };
  return {
    at(array, offset) {
      const [only, ...others] = namesOf(array).get(offset) ?? [];
      return only !== undefined && others.length === 0 ? only : null;
    },
  };
}

/** Files of the driver's own, with the headers beside them that they name in quotes. */
export function driverFiles(program: Files, names: Texts, harness: string): ReadonlySet<string> {
  const files = new Set<string>();
  const add = (file: string) => {
    if (files.has(file)) return;
    const text = names.text(file);
    if (text === '') return;
    files.add(file);
    // A path, and no more: the page has no module for those.
    for (const [, header = ''] of text.matchAll(/^[ \t]*#[ \t]*include[ \t]*"([^"\n]+)"/gm))
      add(decodeURI(new URL(header, `file:///${file}`).pathname.slice(1)));
  };
  for (const file of program.symbols.files())
    if (/\.c$/.test(file) && file !== harness && file.includes('/')) add(file);
  return files;
}

/** By the name of an array of the harness's: the member of the driver's that it lets point there. */
function arraysBehind(text: string): ReadonlyMap<string, string> {
  const arrays = new Map<string, string>();
  for (const [, member = '', array = ''] of text.matchAll(
    /(?:->|\.)\s*(\w+)\s*=\s*(?:\([^()]*\)\s*)*&?\s*\w+(?:(?:->|\.)\w+)*?(?:->|\.)(\w+)\s*(?:\[\s*0\s*\]\s*)?;/g,
  ))
    arrays.set(array, member);
  return arrays;
}

/** Macros that are a whole number; one that has two values is none. */
function macrosIn(texts: readonly string[]): ReadonlyMap<string, number> {
  const values = new Map<string, Set<number>>();
  for (const text of texts)
    for (const [, name = '', value = ''] of text.matchAll(
      /^[ \t]*#[ \t]*define[ \t]+([A-Za-z_]\w*)[ \t]+\(?[ \t]*(0[xX][\da-fA-F]+|\d+)[uUlL]*[ \t]*\)?[ \t]*$/gm,
    ))
      values.set(name, (values.get(name) ?? new Set()).add(Number(value)));
  return new Map(
    [...values].flatMap(([name, all]) => (all.size === 1 ? [[name, [...all][0] as number] as const] : [])),
  );
}

/** By offset in bytes, what is handed to an access by way of `member`. */
function namesBehind(
  member: string | undefined,
  texts: readonly string[],
  values: ReadonlyMap<string, number>,
): ReadonlyMap<number, ReadonlySet<string>> {
  const found = new Map<number, Set<string>>();
  const unit = member === undefined ? null : unitBehind(member, texts);
  if (unit === null) return found;
  for (const name of handedTo(member ?? '', texts)) {
    const value = values.get(name);
    if (value !== undefined)
      found.set(value * unit, (found.get(value * unit) ?? new Set<string>()).add(name));
  }
  return found;
}

function unitBehind(member: string, texts: readonly string[]): number | null {
  const declared = new RegExp(
    String.raw`\b(\w+)\s+(?:volatile\s+)?(?:__iomem\s*)?\*\s*(?:__iomem\s+)?${member}\s*;`,
    'g',
  );
  const units = new Set(
    texts.flatMap((text) => [...text.matchAll(declared)].map(([, type = '']) => unitOf[type] ?? null)),
  );
  const [only] = units;
  return units.size === 1 && only !== undefined ? only : null;
}

/** Macros that stand behind the `+` of an access by `member`, or that a call gives to a function with such an access. */
function handedTo(member: string, texts: readonly string[]): ReadonlySet<string> {
  const macros = new Set<string>();
  const accessors = new Map<string, number>();
  const accessed = new RegExp(String.raw`(?:${access})[^;{}]*(?:->|\.)\s*${member}\s*\+\s*(\w+)\s*\)`, 'g');
  const definition = /(\w+)\s*\(([^(){};]*)\)\s*\{((?:[^{}]|\{[^{}]*\})*)\}/g;
  for (const text of texts) {
    for (const [, added = ''] of text.matchAll(accessed)) macros.add(added);
    for (const [, name = '', parameters = '', body = ''] of text.matchAll(definition)) {
      const own = parameters.split(',').map((one) => /(\w+)\s*$/.exec(one)?.[1] ?? '');
      for (const [, added = ''] of body.matchAll(accessed))
        if (own.includes(added)) accessors.set(name, own.indexOf(added));
    }
  }
  for (const [name, index] of accessors) {
    const call = new RegExp(String.raw`\b${name}\s*\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)`, 'g');
    for (const text of texts)
      for (const [, given = ''] of text.matchAll(call)) macros.add(argumentsIn(given)[index]?.trim() ?? '');
  }
  return macros;
}

/** Of a call, split at the commas that stand in no parentheses. */
function argumentsIn(text: string): string[] {
  const found = [''];
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth++;
    if (character === ')') depth--;
    if (character === ',' && depth === 0) found.push('');
    else found[found.length - 1] += character;
  }
  return found;
}
