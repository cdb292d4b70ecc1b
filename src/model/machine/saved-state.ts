// State of objects, saved to be put back into the very objects that it was taken from: closures and tables that refer
// to them go on doing so.

type Numbers = Int32Array | Uint8Array;

interface Emptied {
  readonly size: number;
  clear(): void;
}

/** What the objects that were added held then, and all that they refer to; functions keep no state. */
export class SavedState {
  /** Not looked into: the machine itself. */
  private readonly outside: object;
  private readonly seen = new Set<object>();
  // By kind, so that each loop of restore() meets one kind alone.
  private readonly empty: Emptied[] = [];
  private readonly emptyLists: unknown[][] = [];
  private readonly numbers: { readonly target: Numbers; readonly saved: Numbers }[] = [];
  private readonly lists: { readonly target: unknown[]; readonly saved: readonly unknown[] }[] = [];
  private readonly maps: {
    readonly target: Map<unknown, unknown>;
    readonly saved: readonly (readonly [unknown, unknown])[];
  }[] = [];
  private readonly sets: { readonly target: Set<unknown>; readonly saved: readonly unknown[] }[] = [];
  private readonly records: {
    readonly target: Record<string, unknown>;
    readonly keys: readonly string[];
    readonly saved: readonly unknown[];
  }[] = [];

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
      const target = value as Record<string, unknown>;
      const keys = Object.keys(target);
      this.records.push({ target, keys, saved: Object.values(target) });
      for (const key of keys) this.add(target[key]);
    }
  }

  restore(): void {
    for (const target of this.empty) if (target.size > 0) target.clear();
    for (const target of this.emptyLists) if (target.length > 0) target.length = 0;
    for (const { target, saved } of this.numbers)
      for (let i = 0; i < saved.length; i++) target[i] = saved[i] as number;
    for (const { target, saved } of this.lists) {
      if (target.length !== saved.length) target.length = saved.length;
      for (let i = 0; i < saved.length; i++) target[i] = saved[i];
    }
    for (const { target, saved } of this.maps) {
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
    for (const { target, keys, saved } of this.records)
      for (let i = 0; i < keys.length; i++) {
        const key = keys[i] as string;
        if (target[key] !== saved[i]) target[key] = saved[i];
      }
  }

  private addList(target: unknown[]): void {
    if (target.length === 0) this.emptyLists.push(target);
    else this.lists.push({ target, saved: [...target] });
    for (const value of target) this.add(value);
  }

  private addMap(target: Map<unknown, unknown>): void {
    if (target.size === 0) this.empty.push(target);
    else this.maps.push({ target, saved: [...target] });
    for (const value of target.values()) this.add(value);
  }

  private addSet(target: Set<unknown>): void {
    if (target.size === 0) this.empty.push(target);
    else this.sets.push({ target, saved: [...target] });
    for (const value of target) this.add(value);
  }
}
