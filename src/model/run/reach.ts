// Every access that the sides of a test make, by path, with the locks held at each: executions are run once more on a
// program that tells its calls, with a tracer that counts instead of writing down.
import type { Program } from '../link/index.js';
import { contextsOf, type KernelMachine, type Machine, type Tracer } from '../machine/index.js';

/** A lock as one execution knows it. */
export interface SeenLock {
  /** `spinlock`, `mutex`, `rwlock (read)`, `RCU` … */
  readonly kind: string;
  /** 0 for RCU. */
  readonly address: number;
  /** Where it was taken; 0 where that is not known. */
  readonly site: number;
}

/** One access by one path of one context. */
export interface SeenAccess {
  readonly context: number;
  readonly site: number;
  /** Sites of the calls that led to it, innermost first. */
  readonly calls: readonly number[];
  readonly write: boolean;
  /** A read and a write in one: `x |= y`. */
  readonly both: boolean;
  readonly marked: boolean;
  /** Whether another context could have come in between. */
  readonly concurrent: boolean;
  readonly address: number;
  readonly size: number;
  /** How often it was seen. */
  count: number;
  /** Locks that were held, with how often. */
  readonly locks: Map<string, { readonly lock: SeenLock; count: number }>;
}

/** A node of the tree of call paths. */
interface Path {
  readonly site: number;
  readonly caller: Path | null;
  readonly id: number;
  readonly callees: Map<number, Path>;
}

const lockKinds: ReadonlySet<string> = new Set(['spinlock', 'mutex', 'rwlock', 'semaphore']);
const rcu = 'RCU';

export class Reach implements Tracer {
  readonly accesses = new Map<string, SeenAccess>();
  private readonly m: Machine;
  private readonly compound: ReadonlySet<number>;
  private readonly root: Path = { site: 0, caller: null, id: 0, callees: new Map() };
  private paths = 1;
  private readonly at: Path[] = [];
  /** By context: locks held for reading, which have no owner. */
  private readonly reading: SeenLock[][] = [];
  private readonly forget = (): void => {
    this.at.length = 0;
    this.reading.length = 0;
  };

  constructor({ machine }: KernelMachine) {
    this.m = machine;
    this.compound = compoundSites(machine.program);
    machine.onReset.push(this.forget);
  }

  /** The machine tells it of no further execution. */
  detach(): void {
    const { onReset } = this.m;
    onReset.splice(onReset.indexOf(this.forget), 1);
  }

  operation(context: number, what: string, site: number, address: number, size: number): void {
    const at = this.at[context] ?? this.root;
    if (what === 'call') this.at[context] = this.callee(at, site);
    else if (what === 'return') this.at[context] = at.caller ?? this.root;
    else if (size === 0) this.noteReading(context, what, address, site);
    else if (/^(read|write|atomic)/.test(what)) this.noteAccess(context, what, site, address, size, at);
  }

  detail(): void {}
  output(): void {}

  /** Accesses to what at least two contexts use, one of them writing, while both were there. */
  shared(): readonly SeenAccess[] {
    const users = new Map<number, { contexts: number; written: boolean }>();
    const words = ({ address, size }: SeenAccess) =>
      Array.from({ length: ((address + size - 1) >> 2) - (address >> 2) + 1 }, (_, i) => (address >> 2) + i);
    for (const access of this.accesses.values()) {
      if (!access.concurrent) continue;
      for (const word of words(access)) {
        const known = users.get(word) ?? { contexts: 0, written: false };
        users.set(word, {
          contexts: known.contexts | (1 << access.context),
          written: known.written || access.write,
        });
      }
    }
    const isShared = (word: number) => {
      const user = users.get(word);
      return user?.written === true && contextsOf(user.contexts).length > 1;
    };
    return [...this.accesses.values()].filter((access) => words(access).some(isShared));
  }

  private callee(from: Path, site: number): Path {
    const known = from.callees.get(site);
    if (known !== undefined) return known;
    const path: Path = { site, caller: from, id: this.paths++, callees: new Map() };
    from.callees.set(site, path);
    return path;
  }

  private noteReading(context: number, what: string, address: number, site: number): void {
    this.reading[context] ??= [];
    const held = this.reading[context];
    if (what === 'rcu_read_lock') held.push({ kind: rcu, address: 0, site });
    else if (/^(read_lock|down_read|try read: taken|read lock)$/.test(what))
      held.push({ kind: 'rwlock (read)', address, site });
    else if (what === 'rcu_read_unlock' || what === 'read unlock') {
      const wanted = what === 'rcu_read_unlock' ? 0 : address;
      const index = held.findLastIndex((lock) => lock.address === wanted);
      if (index >= 0) held.splice(index, 1);
    }
  }

  private noteAccess(
    context: number,
    what: string,
    site: number,
    address: number,
    size: number,
    path: Path,
  ): void {
    const concurrent = !this.m.alone;
    const key = `${context} ${site} ${path.id} ${what} ${address} ${concurrent}`;
    let access = this.accesses.get(key);
    if (access === undefined) {
      const both = this.compound.has(site) || /^atomic (?!load|store)/.test(what);
      access = {
        context,
        site,
        calls: callsOf(path),
        write: both || /^(write|atomic (?!load))/.test(what),
        both,
        marked: /marked|register|^atomic/.test(what),
        concurrent,
        address,
        size,
        count: 0,
        locks: new Map(),
      };
      this.accesses.set(key, access);
    }
    access.count++;
    for (const lock of this.held(context)) {
      const name = `${lock.kind} ${lock.address}`;
      const known = access.locks.get(name);
      if (known === undefined) access.locks.set(name, { lock, count: 1 });
      else known.count++;
    }
  }

  private held(context: number): SeenLock[] {
    const { sync } = this.m;
    const owned = sync
      .slots()
      .filter((slot) => sync.owners[slot] === context && lockKinds.has(sync.kinds[slot] ?? ''))
      .map((slot) => ({
        kind: sync.kinds[slot] as string,
        address: sync.addresses[slot] as number,
        site: sync.sites[slot] as number,
      }));
    const reading = this.reading[context] ?? [];
    return [...owned, ...new Map(reading.map((lock) => [lock.address, lock])).values()];
  }
}

/** Sites of accesses that read and write in one, as `x |= y` does. */
export function compoundSites({ boundary }: Program): ReadonlySet<number> {
  return new Set(
    [...boundary]
      .filter(([name]) => /^__tsan_(unaligned_)?read_write\d+$/.test(name))
      .flatMap(([, { sites }]) => sites),
  );
}

function callsOf(path: Path): number[] {
  const calls: number[] = [];
  for (let one: Path | null = path; one !== null && one.caller !== null; one = one.caller)
    calls.push(one.site);
  return calls;
}
