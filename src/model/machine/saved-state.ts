// State of objects, saved to be put back into the very objects that it was taken from: closures and tables that refer
// to them go on doing so.

type Numbers = Int32Array | Uint8Array;

type Fields = Record<string, unknown>;
type PutBack = (target: Fields, saved: Fields) => void;

/** What the objects that were added held then, and all that they refer to; functions keep no state. */
export class SavedState {
  /** Not looked into: the machine itself. */
  private readonly outside: object;
  private readonly seen = new Set<object>();
  // By kind, so that each loop of restore() meets one kind alone.
  private readonly emptyMaps: Map<unknown, unknown>[] = [];
  private readonly emptySets: Set<unknown>[] = [];
  private readonly emptyLists: unknown[][] = [];
  private readonly numbers: { readonly target: Numbers; readonly saved: Numbers }[] = [];
  private readonly lists: { readonly target: unknown[]; readonly saved: readonly unknown[] }[] = [];
  private readonly maps: {
    readonly target: Map<unknown, unknown>;
    readonly saved: readonly (readonly [unknown, unknown])[];
  }[] = [];
  private readonly sets: { readonly target: Set<unknown>; readonly saved: readonly unknown[] }[] = [];
  private readonly records: {
    readonly target: Fields;
    readonly saved: Fields;
    readonly putBack: PutBack;
  }[] = [];
  /** By names of fields. */
  private readonly putBacks = new Map<string, PutBack>();

  constructor(outside: object) {
    this.outside = outside;
  }

  add(value: unknown): void {
    if (typeof value !== 'object' || value === null || value === this.outside || this.seen.has(value)) return;
    this.seen.add(value);
    if (value instanceof Int32Array || value instanceof Uint8Array)
      this.numbers.push({ target: value, saved: value.slice() });
    else if (Array.isArray(value)) this.addList(value);
    else if (value instanceof Map) this.addMap(value);
    else if (value instanceof Set) this.addSet(value);
    else {
      const target = value as Fields;
      if (!Object.isFrozen(target))
        this.records.push({ target, saved: { ...target }, putBack: this.putBackOf(Object.keys(target)) });
      for (const field of Object.values(target)) this.add(field);
    }
  }

  restore(): void {
    for (const target of this.emptyMaps) if (target.size > 0) target.clear();
    for (const target of this.emptySets) if (target.size > 0) target.clear();
    for (const target of this.emptyLists) if (target.length > 0) target.length = 0;
    for (const { target, saved } of this.numbers)
      for (let i = 0; i < saved.length; i++) target[i] = saved[i] as number;
    for (const { target, saved } of this.lists) {
      if (target.length !== saved.length) target.length = saved.length;
      for (let i = 0; i < saved.length; i++) target[i] = saved[i];
    }
    for (const { target, saved } of this.maps) {
      if (isAlike(target, saved)) continue;
      target.clear();
      for (let i = 0; i < saved.length; i++) {
        const entry = saved[i] as readonly [unknown, unknown];
        target.set(entry[0], entry[1]);
      }
    }
    for (const { target, saved } of this.sets) {
      target.clear();
      for (let i = 0; i < saved.length; i++) target.add(saved[i]);
    }
    for (const { target, saved, putBack } of this.records) putBack(target, saved);
  }

  /** Code for these fields: to go through them by name takes ten times as long. */
  private putBackOf(names: readonly string[]): PutBack {
    const key = names.join();
    const known = this.putBacks.get(key);
    if (known !== undefined) return known;
    const made = compiledPutBack(names) ?? putBackByName(names);
    this.putBacks.set(key, made);
    return made;
  }

  private addList(target: unknown[]): void {
    if (target.length === 0) this.emptyLists.push(target);
    else this.lists.push({ target, saved: [...target] });
    for (const value of target) this.add(value);
  }

  private addMap(target: Map<unknown, unknown>): void {
    if (target.size === 0) this.emptyMaps.push(target);
    else this.maps.push({ target, saved: [...target] });
    for (const value of target.values()) this.add(value);
  }

  private addSet(target: Set<unknown>): void {
    if (target.size === 0) this.emptySets.push(target);
    else this.sets.push({ target, saved: [...target] });
    for (const value of target) this.add(value);
  }
}

/** Null where nothing may be compiled at run time: a page's policy forbids that. */
function compiledPutBack(names: readonly string[]): PutBack | null {
  const fields = names.map((name) => JSON.stringify(name));
  const lines = fields.map((field) => `target[${field}] = saved[${field}];`);
  try {
    return new Function('target', 'saved', lines.join('\n')) as PutBack;
  } catch (error) {
    if (error instanceof EvalError) return null;
    throw error;
  }
}

function putBackByName(names: readonly string[]): PutBack {
  return (target, saved) => {
    for (const name of names) target[name] = saved[name];
  };
}

/** Whether it has these entries in this order. */
function isAlike(
  map: ReadonlyMap<unknown, unknown>,
  entries: readonly (readonly [unknown, unknown])[],
): boolean {
  if (map.size !== entries.length) return false;
  let index = 0;
  for (const key of map.keys()) {
    const entry = entries[index++] as readonly [unknown, unknown];
    if (entry[0] !== key || entry[1] !== map.get(key)) return false;
  }
  return true;
}
