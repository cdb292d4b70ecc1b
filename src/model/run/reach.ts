// Every access that the sides of a test make, by path, with the locks held at each: executions are run once more on a
// program that tells its calls, with a tracer that counts instead of writing down.
import type { Program } from '../link/index.js';
import {
  type AccessEvent,
  contextsOf,
  type HeldLock,
  HeldLocks,
  type KernelMachine,
  type Machine,
  type MachineEvent,
  type Tracer,
} from '../machine/index.js';

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
  readonly locks: Map<string, { readonly lock: HeldLock; count: number }>;
}

/** A node of the tree of call paths. */
interface Path {
  readonly site: number;
  readonly caller: Path | null;
  readonly id: number;
  readonly callees: Map<number, Path>;
}

export class Reach implements Tracer {
  readonly accesses = new Map<string, SeenAccess>();
  private readonly m: Machine;
  private readonly compound: ReadonlySet<number>;
  private readonly root: Path = { site: 0, caller: null, id: 0, callees: new Map() };
  private paths = 1;
  private readonly at: Path[] = [];
  private readonly held = new HeldLocks();
  private readonly forget = (): void => {
    this.at.length = 0;
    this.held.forget();
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

  event(context: number, event: MachineEvent, site: number, address: number, size: number): void {
    const at = this.at[context] ?? this.root;
    if (event.kind === 'call') this.at[context] = this.callee(at, site);
    else if (event.kind === 'return') this.at[context] = at.caller ?? this.root;
    else if (event.kind !== 'access') this.held.note(context, event, site, address);
    // A copy to or from user memory is told once more, as what the header says of it.
    else if (event.how !== 'user') this.noteAccess(context, event, site, address, size, at);
  }

  failed(): void {}

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

  private noteAccess(
    context: number,
    { access: does, how }: AccessEvent,
    site: number,
    address: number,
    size: number,
    path: Path,
  ): void {
    const concurrent = !this.m.alone;
    const key = `${context} ${site} ${path.id} ${does} ${how} ${address} ${concurrent}`;
    let access = this.accesses.get(key);
    if (access === undefined) {
      const both = this.compound.has(site) || does === 'read-write';
      access = {
        context,
        site,
        calls: callsOf(path),
        write: both || does === 'write',
        both,
        marked: how !== 'plain',
        concurrent,
        address,
        size,
        count: 0,
        locks: new Map(),
      };
      this.accesses.set(key, access);
    }
    access.count++;
    for (const lock of distinct(this.held.of(context))) {
      const name = `${lock.lock} ${lock.mode} ${lock.address}`;
      const known = access.locks.get(name);
      if (known === undefined) access.locks.set(name, { lock, count: 1 });
      else known.count++;
    }
  }
}

/** A section in a section of the same lock is one. */
function distinct(locks: readonly HeldLock[]): Iterable<HeldLock> {
  return locks.length < 2 ? locks : new Map(locks.map((one) => [`${one.lock} ${one.address}`, one])).values();
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
