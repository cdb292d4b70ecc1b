// What is at an address of the machine's memory: a static variable by its debug information; an object on the heap by
// the type that its allocation or the harness gives it; else what the source says at the place of the access.
import type { ModelVariable } from '../basics.js';
import {
  type DebugInfo,
  type Entry,
  elementOf,
  memberNamed,
  type Program,
  placeIn,
  pointee,
  sizeOf,
  structName,
  type TypePlace,
} from '../link/index.js';
import { type HeapBlock, type Replay, type ReplayStep, typedValue } from '../replay/index.js';
import { registerNamesOf } from './register-names.js';
import { callerPlace, type SourceNames } from './source-names.js';

export interface VariableRequest {
  readonly address: number;
  /** Bytes; 0 for the object that begins there. */
  readonly size: number;
  /** Sites of accesses to it; offsets in the code section. */
  readonly sites: readonly number[];
  /** What was allocated in the execution. */
  readonly blocks: readonly HeapBlock[];
}

export interface VariableNames {
  /** Null where neither debug information nor source tells, or where they allow more than one answer. */
  at(request: VariableRequest): ModelVariable | null;
}

/** @param path of the harness */
export function variableNamesOf(program: Program, names: SourceNames, path: string): VariableNames {
  const { debug } = program;
  const harness = path.slice(path.lastIndexOf('/') + 1);
  const stateTypes = harnessStates(names, harness);
  const registers = registerNamesOf(program, names, harness);
  /** With the driver's name for an element of what the harness has for its registers. */
  const registered = (variable: ModelVariable, element: number): ModelVariable => {
    const [, array = '', index = ''] = /(\w+)\[(\d+)\]$/.exec(variable.object ?? '') ?? [];
    const register = array === '' ? null : registers.at(array, Number(index) * element);
    return register === null ? variable : { ...variable, register };
  };
  /** The struct of a heap object, as its allocation says; null where that says nothing that fits. */
  const typeOfBlock = memoized((block: HeapBlock): Entry | null => {
    if (block.site === 0) {
      // The state of a test is allocated by no code of the program: one of the structs that the harness names for it.
      const named = stateTypes.flatMap((name) => debug.structNamed(name) ?? []);
      const all = named.length > 0 ? named : debug.pointeesIn(harness);
      return onlyStruct(all.filter((type) => sizeOf(type) === block.size));
    }
    const { file, line } = callerPlace(names, block.site);
    const asked = allocationOf(names.statement(file, line));
    if (asked === null)
      return onlyStruct(debug.pointees(block.site).filter((type) => sizeOf(type) === block.size));
    const type =
      'struct' in asked ? debug.structNamed(asked.struct) : pointeeOf(debug, block.site, asked.pointer);
    return type !== null && structName(type) !== null && sizeOf(type) <= block.size ? type : null;
  });
  const inStatic = ({ address, size }: VariableRequest): ModelVariable | null => {
    const variable = debug.staticAt(address);
    if (variable === null) return null;
    const place = placeIn(variable.type, address - variable.address, size);
    return place === null
      ? null
      : registered(variableOf(place, variable.name, `${variable.name}${place.path}`), place.size);
  };
  const inBlock = ({ address, size, blocks }: VariableRequest): ModelVariable | null => {
    const block = blocks.find((one) => address >= one.address && address < one.address + one.size);
    const type = block === undefined ? null : typeOfBlock(block);
    if (block === undefined || type === null) return null;
    const place = placeIn(type, address - block.address, size);
    const root = structName(type) ?? '';
    return place === null ? null : registered(variableOf(place, root, `${root}${place.path}`), place.size);
  };
  const lineOf = (site: number) => {
    const { file, line } = names.place(site);
    return names.line(file, line);
  };
  const inSource = ({ size, sites }: VariableRequest): ModelVariable | null => {
    const found = sites.map((site) =>
      expressions(lineOf(site)).flatMap((one) => placeOf(debug, site, one, size)),
    );
    const known = found.filter((places) => places.length > 0);
    const [first = []] = known;
    const shared = first.filter((place) =>
      known.every((places) => places.some((other) => keyOf(other) === keyOf(place))),
    );
    const [only] = shared;
    return only !== undefined && new Set(shared.map(keyOf)).size === 1 ? variableOf(only, '', null) : null;
  };
  return { at: (request) => inStatic(request) ?? inBlock(request) ?? inSource(request) };
}

function onlyStruct(types: readonly Entry[]): Entry | null {
  const named = types.filter((type) => structName(type) !== null);
  return new Set(named.map(structName)).size === 1 ? (named[0] ?? null) : null;
}

/** By address and size: blocks of one execution are those of the next. */
function memoized(find: (block: HeapBlock) => Entry | null): (block: HeapBlock) => Entry | null {
  const known = new Map<string, Entry | null>();
  return (block) => {
    const key = `${block.site} ${block.size}`;
    const found = known.has(key) ? (known.get(key) ?? null) : find(block);
    known.set(key, found);
    return found;
  };
}

/** Structs that the harness names as the state of a test. */
function harnessStates(names: SourceNames, harness: string): string[] {
  const states = names.text(harness).matchAll(/state_size\s*=\s*sizeof\s*\(\s*struct\s+(\w+)\s*\)/g);
  return [...new Set([...states].map(([, name = '']) => name))];
}

type Allocation = { readonly struct: string } | { readonly pointer: string };

/** What a statement allocates: `sizeof(struct foo)`, `sizeof(*foo)`, or what is assigned to `foo`. */
function allocationOf(statement: string): Allocation | null {
  const struct = /\bsizeof\s*\(\s*struct\s+(\w+)\s*\)/.exec(statement)?.[1];
  if (struct !== undefined) return { struct };
  const sized = /\bsizeof\s*\(?\s*\*\s*([A-Za-z_][\w.>[\]-]*)/.exec(statement)?.[1];
  if (sized !== undefined) return { pointer: sized };
  const assigned =
    /([A-Za-z_][\w.>[\]-]*)\s*=\s*[^=;]*\balloc|([A-Za-z_][\w.>[\]-]*)\s*=\s*\w*alloc\w*\s*\(/.exec(
      statement,
    );
  const pointer = assigned?.[1] ?? assigned?.[2];
  return pointer === undefined ? null : { pointer };
}

/** What the pointer of that name, or at the end of that way, points to. */
function pointeeOf(debug: DebugInfo, site: number, text: string): Entry | null {
  const [base = text, ...steps] = expressions(`${text};`)[0] ?? [text];
  let type = debug.localType(site, base) ?? debug.staticType(site, base);
  for (const step of steps) {
    if (step === '[') type = elementOf(type);
    else
      type =
        memberNamed(step.startsWith('->') ? pointee(type) : type, step.replace(/^->|^\./, ''))?.type ?? null;
  }
  return pointee(type);
}

/**
 * What tables call the variable of a step: `tw686x_dev.pending_dma_en`, or the way from the object that holds it where
 * the steps touch that field of several objects.
 */
export function variableLabels(
  { steps, blocks }: Pick<Replay, 'steps' | 'blocks'>,
  variables: VariableNames,
): (step: ReplayStep) => string | null {
  const found = new Map<string, ModelVariable | null>();
  const at = ({ address, size, site }: ReplayStep) => {
    const key = `${address} ${size} ${site}`;
    const known = found.get(key);
    if (known !== undefined) return known;
    const variable =
      address === 0 ? null : variables.at({ address, size, sites: size === 0 ? [] : [site], blocks });
    found.set(key, variable);
    return variable;
  };
  const objects = new Map<string, Set<string | null>>();
  for (const step of steps) {
    const variable = step.concurrent ? at(step) : null;
    if (variable === null) continue;
    const label = labelOf(variable);
    objects.set(label, (objects.get(label) ?? new Set()).add(variable.object));
  }
  return (step) => {
    const variable = at(step);
    if (variable === null) return null;
    const label = labelOf(variable);
    return (objects.get(label)?.size ?? 0) > 1 ? (variable.object ?? label) : label;
  };
}

/** The steps with values as the types of what they touch say: whether the uppermost bit is a sign. */
export function typedSteps(
  { steps, blocks }: Pick<Replay, 'steps' | 'blocks'>,
  variables: VariableNames,
): ReplayStep[] {
  return steps.map((step) => {
    const { address, size, site, value } = step;
    if (value === null || !isAmbiguous(value, size)) return step;
    const variable = variables.at({ address, size, sites: [site], blocks });
    return { ...step, value: typedValue(value, size, variable?.size === size ? variable.signed : null) };
  });
}

/** Whether the uppermost bit is set. */
function isAmbiguous(value: string, bytes: number): boolean {
  return BigInt.asIntN(bytes * 8, BigInt(value)) < 0n;
}

/** `tw686x_dev.pending_dma_en`, `jiffies`. */
export function labelOf({ struct, field, name, register }: ModelVariable): string {
  if (register !== undefined) return register;
  return struct === null || field === null ? name : `${struct}.${field}`;
}

/** Of a lock: one that is a variable by itself has its own name, and not that of its struct. */
export function lockLabelOf(variable: ModelVariable): string {
  const { field, object } = variable;
  return field === null && object !== null ? object : labelOf(variable);
}

function keyOf({ struct, offset }: TypePlace): string {
  return `${struct} ${offset}`;
}

function variableOf(place: TypePlace, root: string, object: string | null): ModelVariable {
  const { struct, field, offset, size, signed } = place;
  return { name: field ?? struct ?? root, struct, field, offset, size, object, signed };
}

/** `dev->channels[0].pending` in the text of a line, longest first seen: a name and what follows it. */
function expressions(text: string): string[][] {
  const step = String.raw`\s*(?:->|\.)\s*[A-Za-z_]\w*|\s*\[[^\][]*\]`;
  const chains = text.matchAll(new RegExp(String.raw`(?<![\w.>]\s*)([A-Za-z_]\w*)((?:${step})+)`, 'g'));
  return [...chains].map(([, base = '', rest = '']) => [
    base,
    ...[...rest.matchAll(/->\s*\w+|\.\s*\w+|\[/g)].map(([part]) => part.replace(/\s+/g, '')),
  ]);
}

/** Where the expression ends: inside the struct that its last `->` leads to. */
function placeOf(debug: DebugInfo, site: number, [base = '', ...steps]: string[], size: number): TypePlace[] {
  let type = debug.localType(site, base) ?? debug.staticType(site, base);
  let object: Entry | null = type;
  let offset = 0;
  for (const step of steps) {
    if (step === '[') {
      // The index is not known: an element of what comes next begins an object of its own.
      type = elementOf(type);
      object = type;
      offset = 0;
      continue;
    }
    const leads = step.startsWith('->');
    if (leads) {
      type = pointee(type);
      object = type;
      offset = 0;
    }
    const member = memberNamed(type, step.replace(/^->|^\./, ''));
    if (member === null) return [];
    offset += member.offset;
    type = member.type;
  }
  if (object === null || structName(object) === null || sizeOf(type) < size) return [];
  const place = placeIn(object, offset, size);
  return place === null ? [] : [place];
}
