// The fakes of a case, planned: which objects there are, what in them is initialised, and which pointer leads where.
import { posix } from 'node:path';
import type { CField, CType } from '../c-syntax/index.js';
import type { CScope, CStruct } from './c-scope.js';
import { assignedFunction, type Callback, callbackOf, callReference, initialiserOf } from './initialisers.js';
import type { Want } from './reach-types.js';
import { type Cell, cellKey, type Place, placeKey, type Reach, type Site } from './reach-types.js';
import { type StubFunction, stubFor } from './stubs.js';
import type { TreeSource } from './tree-source.js';

export interface FakeMember {
  /** Of `struct fake`. */
  readonly name: string;
  /** `struct tw686x_dev dev`, `u32 mmio[1024]`. */
  readonly declaration: string;
}

export interface FakePlan {
  readonly members: readonly FakeMember[];
  /** Statements of the set-up, in order. */
  readonly statements: readonly string[];
  /** What has to be said by hand, a line each; for the set-up. */
  readonly open: readonly string[];
  /** Static functions that the set-up hands to timers and work items. */
  readonly callbacks: readonly Callback[];
  /** Structures that the fakes hold by value. */
  readonly structs: readonly CStruct[];
  /** Functions that stand in for those that the kernel or the driver's callers would have set. */
  readonly stubs: readonly StubFunction[];
  /** Whether the object of this structure is among the fakes. */
  has(place: Place): boolean;
  /** C for the object or field, below `fake`. */
  expression(place: Place): string;
  /** C for its address. */
  address(place: Place): string;
  /** C for what a parameter of a side has to be, where its code tells. */
  argument(side: number, index: number): string | null;
}

export interface Reached {
  readonly reach: Reach;
  readonly scope: CScope;
}

/** Registers that a fake device has: one page. */
const registerBytes = 4096;
/** Of memory that the code follows a pointer of a plain type to. */
const bufferBytes = 256;

function setText(place: string, set: Want['set']): string {
  switch (set.kind) {
    case 'value':
      return `${place} = ${set.text};`;
    case 'bits':
      return `${place} |= ${set.text};`;
    case 'bit':
      return `set_bit(${set.text}, (unsigned long *)&${place});`;
    case 'atomic':
      return `atomic_set(&${place}, ${set.text});`;
  }
}

/**
 * @param sources of the case: only their functions can be handed to a timer or a work item
 * @param without structures that cannot be had: of them, only pointers are
 */
export function planFakes(
  source: TreeSource,
  sides: readonly Reached[],
  sources: readonly string[],
  without: ReadonlySet<string> = new Set(),
): FakePlan {
  const structOf = (name: string): CStruct | null => {
    if (without.has(name)) return null;
    for (const { scope } of sides) {
      const found = scope.struct(name);
      if (found !== null) return found;
    }
    return null;
  };
  const isKnown = ({ struct }: Place) => structOf(struct) !== null;
  // A parameter is one of its own side; a field is the same for both.
  const bindings = [
    ...new Map(
      sides.flatMap(({ reach }, side) =>
        [...reach.bindings].map(
          ([key, binding]) => [binding.cell.kind === 'parameter' ? `${side} ${key}` : key, binding] as const,
        ),
      ),
    ).values(),
  ].filter(({ cell, target }) => isKnown(target) && (cell.kind === 'parameter' || isKnown(cell.place)));
  const names = [...new Set(bindings.map(({ target }) => target.struct))];
  const structs = names.map((name) => structOf(name)).filter((found) => found !== null);
  const isReached = (name: string) => structs.some((struct) => struct.name === name);
  const homes = homesOf(structs);
  // What the sides free lies where they can free it.
  const onHeap = new Set(sides.flatMap(({ reach }) => [...reach.freed]).filter((name) => !homes.has(name)));
  const expression = ({ struct, path }: Place): string => {
    const home = homes.get(struct);
    if (home !== undefined) return path === '' ? expression(home) : `${expression(home)}.${path}`;
    if (path === '') return onHeap.has(struct) ? `*fake->${struct}` : `fake->${struct}`;
    return `fake->${struct}${onHeap.has(struct) ? '->' : '.'}${path}`;
  };
  const address = (place: Place) => {
    const text = expression(place);
    return text.startsWith('*') ? text.slice(1) : `&${text}`;
  };
  const own = structs.filter(({ name }) => !homes.has(name));
  const members: FakeMember[] = own.map(({ name, text }) => ({
    name,
    declaration: `${text.startsWith('union') ? 'union' : 'struct'} ${name} ${onHeap.has(name) ? '*' : ''}${name}`,
  }));
  const fields = new Map(
    sides.flatMap(({ reach }) => [...reach.fields].filter(([, { place }]) => isReached(place.struct))),
  );
  const statements = own
    .filter(({ name }) => onHeap.has(name))
    .map(({ name }) => `fake->${name} = kzalloc(sizeof(*fake->${name}), GFP_KERNEL);`);
  const open: string[] = [];
  const callbacks = new Map<string, Callback>();
  const initialised = new Set<string>();
  const folders = new Set(sides.map(({ reach }) => posix.dirname(reach.entry.file)));

  const initialise = (place: Place, type: CType, touched: Site | null) => {
    const key = `${expression(place)}`;
    if (initialised.has(key) || type.pointers > 0 || type.isArray) return;
    const callback = callbackOf(source, sources, type, place.path.split('.').at(-1) ?? '');
    const statement = initialiserOf(type, key, callback);
    if (statement === null) {
      if (touched !== null && needsCallback(type))
        open.push(`${key} is used in ${at(touched)}; set it up with the function that it is to run.`);
      return;
    }
    initialised.add(key);
    statements.push(statement);
    if (callback !== null) callbacks.set(callback.name, callback);
  };

  for (const { place, type, site } of fields.values()) initialise(place, type, site);
  for (const struct of structs)
    if (folders.has(posix.dirname(struct.file)))
      for (const field of struct.fields.values())
        initialise({ struct: struct.name, path: field.name }, field.type, null);

  for (const { cell, target } of bindings) {
    if (cell.kind !== 'field' || !isReached(cell.place.struct)) continue;
    const pointer = expression(cell.place);
    if (pointer.includes('[0].') || expression(target) === pointer) continue;
    statements.push(`${pointer} = ${address(target)};`);
  }
  const bound = new Set(bindings.map(({ cell }) => (cell.kind === 'field' ? placeKey(cell.place) : '')));
  for (const { place, type } of fields.values()) {
    if (type.pointers !== 1 || type.isArray || bound.has(placeKey(place))) continue;
    if (!isRegisters(structOf, place, fields)) continue;
    const name = memberName(members, `${place.path.split('.').at(-1)}_registers`);
    members.push({ name, declaration: `u32 ${name}[${registerBytes / 4}]` });
    statements.push(`${expression(place)} = (void __iomem __force *)fake->${name};`);
    bound.add(placeKey(place));
  }
  const freedBuffers = new Set(sides.flatMap(({ reach }) => [...reach.freedBuffers]));
  for (const { cell, type } of sides.flatMap(({ reach }) => [...reach.buffers.values()])) {
    if (cell.kind !== 'field' || !isReached(cell.place.struct) || bound.has(placeKey(cell.place))) continue;
    if (cell.place.path.includes('[0].')) continue;
    bound.add(placeKey(cell.place));
    const pointer = expression(cell.place);
    if (freedBuffers.has(cellKey(cell))) statements.push(`${pointer} = kzalloc(${bufferBytes}, GFP_KERNEL);`);
    else {
      const name = memberName(members, `${cell.place.path.split('.').at(-1)}_memory`);
      members.push({ name, declaration: `u8 ${name}[${bufferBytes}] __aligned(8)` });
      statements.push(`${pointer} = (${type.base} *)fake->${name};`);
    }
  }
  const stubs = new Map<string, StubFunction>();
  for (const { place, site } of new Map(sides.flatMap(({ reach }) => [...reach.called])).values()) {
    if (!isReached(place.struct) || bound.has(placeKey(place))) continue;
    bound.add(placeKey(place));
    const own = assignedFunction(source, sources, place.path.split('.').at(-1) ?? '');
    const stub = own === null ? stubFor(source, structOf, place) : null;
    if (own !== null) {
      callbacks.set(own.name, own);
      statements.push(`${expression(place)} = ${callReference(own.function)};`);
    } else if (stub !== null) {
      stubs.set(stub.name, stub);
      statements.push(`${expression(place)} = ${stub.name};`);
    } else
      open.push(
        `${expression(place)} is called in ${at(site)}; point it at the driver's function, or at a stub.`,
      );
  }
  const values = new Map<string, Want>();
  const byRank = sides.flatMap(({ reach }) => [...reach.wants.values()]);
  for (const one of [
    ...byRank.filter(({ rank }) => rank === 'return'),
    ...byRank.filter(({ rank }) => rank === 'branch'),
  ]) {
    if (one.target.kind !== 'field' || !isReached(one.target.place.struct)) continue;
    const { place } = one.target;
    if (place.path === '' || bound.has(placeKey(place))) continue;
    const text = expression(place);
    const before = values.get(text);
    if (before === undefined) values.set(text, one);
    else if (one.set.text !== before.set.text && one.set.kind === 'value') {
      if (one.rank === 'return')
        open.push(
          `${text} is wanted as ${before.set.text} in ${at(before.site)} and as ${one.set.text} in ${at(one.site)}.`,
        );
      continue;
    }
    statements.push(`${setText(text, one.set)} /* ${at(one.site)} */`);
  }
  for (const { condition, site } of sides.flatMap(({ reach }) => [...reach.unmet.values()]))
    open.push(`${at(site)} returns early if \`${condition.replaceAll('*/', '* /')}\`: see that it does not.`);
  const argument = (side: number, index: number): string | null => {
    const found = [...(sides[side]?.reach.wants.values() ?? [])].find(
      ({ target }) => target.kind === 'parameter' && target.index === index,
    );
    return found === undefined ? null : found.set.text;
  };
  return {
    members,
    statements,
    open: [...new Set(open)],
    callbacks: [...callbacks.values()],
    structs: own,
    stubs: [...stubs.values()],
    argument,
    address,
    has: ({ struct }) => isReached(struct),
    expression,
  };
}

export function at({ file, line }: Site): string {
  return `${posix.basename(file)}:${line}`;
}

function needsCallback({ base }: CType): boolean {
  return /^struct (?:timer_list|work_struct|delayed_work|tasklet_struct|hrtimer)$/.test(base);
}

/** Objects that lie in another by value, where one field alone says so. */
function homesOf(structs: readonly CStruct[]): ReadonlyMap<string, Place> {
  const homes = new Map<string, Place>();
  for (const { name } of structs) {
    const places = structs.flatMap((holder) =>
      holder.name === name
        ? []
        : [...holder.fields.values()].filter(isHome(name)).map((field) => ({ holder, field })),
    );
    const [only] = places;
    if (places.length !== 1 || only === undefined) continue;
    homes.set(name, { struct: only.holder.name, path: only.field.name });
  }
  return homes;
}

function isHome(name: string): (field: CField) => boolean {
  return ({ type, inUnion }) => type.struct === name && type.pointers === 0 && !type.isArray && !inUnion;
}

function isRegisters(
  structOf: (name: string) => CStruct | null,
  place: Place,
  fields: Reach['fields'],
): boolean {
  const field = place.path.split('.').at(-1) ?? '';
  const holderPath = place.path.includes('.') ? place.path.slice(0, place.path.lastIndexOf('.')) : '';
  const holder =
    holderPath === ''
      ? place.struct
      : (fields.get(placeKey({ ...place, path: holderPath }))?.type.struct ?? null);
  const text = holder === null ? null : (structOf(holder)?.text ?? null);
  return text !== null && new RegExp(`__iomem\\s*\\*[^;{}]*\\b${field}\\b`).test(text);
}

function memberName(members: readonly FakeMember[], wanted: string): string {
  let name = wanted;
  for (let index = 2; members.some((member) => member.name === name); index += 1) name = `${wanted}_${index}`;
  return name;
}

/** Where a side's parameter has to point. */
export function parameterTarget(reach: Reach, index: number): Place | null {
  const cell: Cell = { kind: 'parameter', index };
  return reach.bindings.get(`parameter ${cell.index}`)?.target ?? null;
}
