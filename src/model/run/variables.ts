// What is at an address of the machine's memory: a static variable by its debug information; an object on the heap by
// the type that its allocation or the harness gives it; else what the source says at the place of the access.
import { basename } from 'node:path';
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
import type { HeapBlock, Replay, ReplayStep } from '../replay/index.js';
import type { ModelVariable } from '../types.js';
import type { SourceNames } from './source-names.js';

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

/** @param harness absolute path */
export function variableNamesOf(program: Program, names: SourceNames, harness: string): VariableNames {
  const { debug } = program;
  /** The struct of a heap object; null unless there is just one that it can be. */
  const typeOfBlock = (block: HeapBlock): Entry | null => {
    // The state of a test is allocated by no code of the program: one of the harness's structs.
    const pointees = block.site === 0 ? debug.pointeesIn(basename(harness)) : debug.pointees(block.site);
    const fitting = pointees.filter((type) => sizeOf(type) === block.size && structName(type) !== null);
    return new Set(fitting.map(structName)).size === 1 ? (fitting[0] ?? null) : null;
  };
  const inStatic = ({ address, size }: VariableRequest): ModelVariable | null => {
    const variable = debug.staticAt(address);
    if (variable === null) return null;
    const place = placeIn(variable.type, address - variable.address, size);
    return place === null ? null : variableOf(place, variable.name, `${variable.name}${place.path}`);
  };
  const inBlock = ({ address, size, blocks }: VariableRequest): ModelVariable | null => {
    const block = blocks.find((one) => address >= one.address && address < one.address + one.size);
    const type = block === undefined ? null : typeOfBlock(block);
    if (block === undefined || type === null) return null;
    const place = placeIn(type, address - block.address, size);
    const root = structName(type) ?? '';
    return place === null ? null : variableOf(place, root, `${root}${place.path}`);
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

/** `tw686x_dev.pending_dma_en`, `jiffies`. */
export function labelOf({ struct, field, name }: ModelVariable): string {
  return struct === null || field === null ? name : `${struct}.${field}`;
}

function keyOf({ struct, offset }: TypePlace): string {
  return `${struct} ${offset}`;
}

function variableOf(place: TypePlace, root: string, object: string | null): ModelVariable {
  const { struct, field, offset, size } = place;
  return { name: field ?? struct ?? root, struct, field, offset, size, object };
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
