// Loops that wait, recognised by state. A context comes back to where it was; between, it changed nothing of its own and
// nothing that others can see, nobody looked at what it changed for a while, and all that it read is as it was: it would
// go round for ever unless somebody changes what it read. Until then it is not given a turn. A loop that counts in a
// variable of its own is no such loop, and runs.
//
// Rounds are told by coming back to one site; the site is chosen anew at growing distances, so that any loop is met
// (Brent's algorithm). What is read and written meanwhile is kept in a log with the values that it had.
import { maxContexts } from '../detect/index.js';
import { contextsOf } from './context-set.js';
import type { SyncKind, SyncObjects } from './sync-objects.js';

/** Operations after which a loop is looked for that writes: its writes may be taken back. */
const patience = 32;
/** Places that a round may touch. */
const mostPlaces = 256;

/** Objects of which the columns of {@link SyncObjects} tell all. */
const isLock: Record<SyncKind, boolean> = {
  mutex: true,
  rwlock: true,
  semaphore: true,
  spinlock: true,
  condition: false,
  barrier: false,
  once: false,
  atomic: false,
  other: false,
};

/** In the place of an address: what the clock says. */
export const clockAddress = -2;

/** What a round touched. */
class RoundLog {
  length = 0;
  readonly addresses: number[] = [];
  readonly sizes: number[] = [];
  /** Values: when the round came to it first, */
  readonly first: number[] = [];
  /** before the operation that is done now, */
  readonly before: number[] = [];
  /** as the context itself left it. */
  readonly last: number[] = [];
  readonly written: boolean[] = [];
  /** Whether it had another value for a while. */
  readonly varied: boolean[] = [];
  /** Of a lock: how far it was open where it was most. */
  readonly open: number[] = [];
  readonly sites: number[] = [];
  /** Whether nothing can be concluded from it. */
  isVoid = false;
  /** Whether the round took one of several values that others executions take. */
  chose = false;
  /** Changes when it began that no log shows. */
  hidden = 0;

  begin(hidden: number): void {
    this.length = 0;
    this.isVoid = false;
    this.chose = false;
    this.hidden = hidden;
  }

  find(address: number, size: number): number {
    for (let i = 0; i < this.length; i++)
      if (this.addresses[i] === address && this.sizes[i] === size) return i;
    return -1;
  }

  overlaps(i: number, address: number, size: number): boolean {
    const start = this.addresses[i] as number;
    return start < address + size && address < start + (this.sizes[i] as number);
  }
}

/** The search for a round, of one context. */
class Watch {
  /** Where rounds begin; -1 for nowhere. */
  site = -1;
  operations = 0;
  rounds = 0;
  /** Rounds after which the variables are kept anew. */
  keepAt = 1;
  /** The variables of the context when the log began; null before. */
  state: string | null = null;
  readonly log = new RoundLog();

  at(site: number): void {
    this.site = site;
    this.rounds = 0;
    this.keepAt = 1;
    this.state = null;
  }

  forget(): void {
    this.at(-1);
    this.operations = 0;
  }
}

/** What a context that waits goes round. */
export interface WaitingLoop {
  readonly context: number;
  /** Of its accesses, in their order. */
  readonly sites: readonly number[];
  /** Of what it reads. */
  readonly addresses: readonly number[];
}

export class SpinLoops {
  private readonly sync: SyncObjects;
  private words: Int32Array = new Int32Array(0);
  private bytes: Uint8Array = new Uint8Array(0);
  private readonly time: () => number;
  /** Bit set of contexts that wait unless what they read has changed: see {@link waiting}. */
  private parked = 0;
  /** Bit set of contexts whose rounds are written down. */
  recording = 0;
  private version = 1;
  /** Changes that no log shows. */
  private hidden = 1;
  /** By context: two searches, of which the second goes on where the context writes. */
  private readonly watches: (readonly [Watch, Watch])[] = [];
  /** By context: the search that found it waiting. */
  private readonly found: (Watch | null)[] = [];
  /** Sites where {@link note} asked for {@link judge}. */
  private readonly due: [boolean, boolean] = [false, false];

  constructor(sync: SyncObjects, time: () => number) {
    this.sync = sync;
    this.time = time;
    for (let context = 0; context < maxContexts; context++) {
      this.watches.push([new Watch(), new Watch()]);
      this.found.push(null);
    }
  }

  watch(bytes: Uint8Array, words: Int32Array): void {
    this.bytes = bytes;
    this.words = words;
  }

  /** Changes in this execution. */
  get changes(): number {
    return this.version;
  }

  reset(): void {
    this.parked = 0;
    this.recording = 0;
    this.version = 1;
    this.hidden = 1;
  }

  /** Of an execution in which nobody has come to an operation yet. */
  save(): number {
    return this.version;
  }

  restore(version: number): void {
    this.reset();
    this.version = version;
    for (const [near, far] of this.watches) {
      near.forget();
      far.forget();
    }
  }

  begin(context: number): void {
    const [near, far] = this.watches[context] as readonly [Watch, Watch];
    near.forget();
    far.forget();
    this.release(context);
  }

  /** Something changed that no log shows: whoever waits has to look again. */
  changed(): void {
    this.version++;
    this.hidden++;
    this.parked = 0;
  }

  /** Memory or a lock changed that the operation of `context` names. `firmly`: not as a lock is taken. */
  changedAt(context: number, firmly: boolean): void {
    this.version++;
    if (firmly) (this.watches[context] as readonly [Watch, Watch])[0].operations = 0;
  }

  /** The execution goes on with one of several values. */
  chose(context: number): void {
    for (const { log } of this.watches[context] as readonly [Watch, Watch]) log.chose = true;
  }

  /** Bit set of those who wait: all that they read is as it was. */
  get waiting(): number {
    let waiting = this.parked;
    for (let rest = waiting; rest !== 0; rest &= rest - 1) {
      const bit = rest & -rest;
      const { log } = this.found[31 - Math.clz32(bit)] as Watch;
      if (!this.isAsBefore(log)) waiting &= ~bit;
    }
    return waiting;
  }

  /** Whether somebody who waits has looked at the clock, or at the word in memory that follows it. */
  awaitsTime(clockWord: number): boolean {
    return contextsOf(this.parked).some((context) => {
      const { log } = this.found[context] as Watch;
      for (let i = 0; i < log.length; i++)
        if (log.addresses[i] === clockAddress || (clockWord > 0 && log.overlaps(i, clockWord, 4)))
          return true;
      return false;
    });
  }

  /** Whether somebody who waits took a value that others executions do not take. */
  get hasChosen(): boolean {
    return contextsOf(this.parked).some((context) => (this.found[context] as Watch).log.chose);
  }

  /**
   * Whether somebody who waits changes for a while what another of `living` waits for; `standsBefore` says whether a
   * context is blocked at that.
   */
  passesOn(living: number, standsBefore: (context: number, address: number) => boolean): boolean {
    const contexts = contextsOf(living);
    return contextsOf(this.parked).some((context) => {
      const { log } = this.found[context] as Watch;
      return log.addresses.slice(0, log.length).some(
        (address, i) =>
          log.varied[i] &&
          contexts.some((other) => {
            if (other === context) return false;
            if ((this.parked & (1 << other)) === 0) return standsBefore(other, address);
            const seen = (this.found[other] as Watch).log;
            for (let j = 0; j < seen.length; j++)
              if (!seen.varied[j] && seen.overlaps(j, address, log.sizes[i] as number)) return true;
            return false;
          }),
      );
    });
  }

  /** What those in the bit set `contexts` go round who wait. */
  loops(contexts: number): WaitingLoop[] {
    return contextsOf(contexts & this.parked).map((context) => {
      const { log } = this.found[context] as Watch;
      const count = log.length;
      return {
        context,
        sites: [...new Set(log.sites.slice(0, count))],
        addresses: log.addresses.slice(0, count),
      };
    });
  }

  /**
   * `context` does what it has come to. With {@link settle}, that keeps the log of its round, and tells others that it
   * saw what they changed for a while.
   */
  operation(context: number, address: number, size: number, write: boolean, site: number): void {
    const bit = 1 << context;
    this.parked &= ~bit;
    for (let rest = this.recording & ~bit; rest !== 0; rest &= rest - 1)
      this.seen(31 - Math.clz32(rest & -rest), address, size);
    if ((this.recording & bit) === 0) return;
    for (const { state, log } of this.watches[context] as readonly [Watch, Watch])
      if (state !== null && !log.isVoid) this.keep(log, address, size, write, site);
  }

  /** `context` has done what {@link operation} told of, and nobody else has done anything since. */
  settle(context: number): void {
    if ((this.recording & (1 << context)) === 0) return;
    for (const { state, log } of this.watches[context] as readonly [Watch, Watch]) {
      if (state === null || log.isVoid) continue;
      for (let i = 0; i < log.length; i++) {
        const value = this.valueAt(log.addresses[i] as number, log.sizes[i] as number);
        if (value === log.before[i]) continue;
        log.last[i] = value;
        if (value !== log.first[i]) log.varied[i] = true;
        log.open[i] = Math.max(log.open[i] as number, this.opennessAt(log.addresses[i] as number));
      }
    }
  }

  /** `context` stands before an operation at `site`. Answers whether {@link judge} has to look at it. */
  note(context: number, site: number): boolean {
    const [near, far] = this.watches[context] as readonly [Watch, Watch];
    this.due[0] = this.arrive(near, site, 1);
    this.due[1] = this.arrive(far, site, patience);
    return this.due[0] || this.due[1];
  }

  /** `state`: all that `context` has for itself. */
  judge(context: number, state: string): void {
    const watches = this.watches[context] as readonly [Watch, Watch];
    for (let i = 0; i < watches.length; i++) {
      const watch = watches[i] as Watch;
      if (!this.due[i]) continue;
      const { log } = watch;
      const isKept = watch.state !== null && !log.isVoid && log.hidden === this.hidden;
      if (isKept && watch.state === state && this.isAsBefore(log)) {
        if (!this.isOpen(log)) {
          // Others would wait for what it holds here and gives back in its round: the round has to begin elsewhere.
          watch.at(-1);
          continue;
        }
        this.parked |= 1 << context;
        this.found[context] = watch;
        return;
      }
      if (isKept && watch.rounds < watch.keepAt) continue;
      // Grows so that it meets each of the places that a site stands for in turn.
      watch.keepAt = watch.rounds + (watch.rounds >> 1) + 1;
      watch.state = state;
      log.begin(this.hidden);
      this.recording |= 1 << context;
    }
  }

  /** Answers whether the variables have to be looked at. */
  private arrive(watch: Watch, site: number, least: number): boolean {
    const operations = ++watch.operations;
    if (operations < least) return false;
    if (watch.site < 0) watch.at(site);
    else if (watch.site === site && operations > 1) {
      const rounds = ++watch.rounds;
      const { log, state } = watch;
      // What the round has left behind can be seen without a look at the variables.
      const isOpen = state !== null && !log.isVoid && log.hidden === this.hidden && !this.isAsBefore(log);
      return !isOpen || rounds >= watch.keepAt;
    } else if (operations === 1 || (operations >= least && (operations & (operations - 1)) === 0))
      watch.at(site);
    return false;
  }

  private release(context: number): void {
    const bit = 1 << context;
    this.parked &= ~bit;
    this.recording &= ~bit;
  }

  /** Somebody else has come to `address`: a round of `context` that has it changed for a while cannot be left out. */
  private seen(context: number, address: number, size: number): void {
    for (const { state, log } of this.watches[context] as readonly [Watch, Watch]) {
      if (state === null || log.isVoid) continue;
      for (let i = 0; i < log.length; i++)
        if (
          log.written[i] &&
          log.overlaps(i, address, size) &&
          this.valueAt(log.addresses[i] as number, log.sizes[i] as number) !== log.first[i]
        )
          log.isVoid = true;
    }
  }

  private keep(log: RoundLog, address: number, size: number, write: boolean, site: number): void {
    for (let i = 0; i < log.length; i++)
      log.before[i] = this.valueAt(log.addresses[i] as number, log.sizes[i] as number);
    const value = this.valueAt(address, size);
    const known = log.find(address, size);
    if (known >= 0) {
      // Somebody else has changed it in the midst of the round.
      if (log.last[known] !== value) log.isVoid = true;
      if (write) log.written[known] = true;
      return;
    }
    if (log.length === mostPlaces) {
      log.isVoid = true;
      return;
    }
    const index = log.length++;
    log.addresses[index] = address;
    log.sizes[index] = size;
    log.first[index] = value;
    log.before[index] = value;
    log.last[index] = value;
    log.written[index] = write;
    log.varied[index] = false;
    log.open[index] = this.opennessAt(address);
    log.sites[index] = site;
  }

  private isAsBefore(log: RoundLog): boolean {
    for (let i = 0; i < log.length; i++)
      if (this.valueAt(log.addresses[i] as number, log.sizes[i] as number) !== log.first[i]) return false;
    return true;
  }

  private isOpen(log: RoundLog): boolean {
    for (let i = 0; i < log.length; i++)
      if (this.opennessAt(log.addresses[i] as number) !== log.open[i]) return false;
    return true;
  }

  /** Of the lock at `address`: the larger, the more can go on; 0 without one. */
  private opennessAt(address: number): number {
    const slot = address > 0 ? this.sync.find(address) : 0;
    if (slot === 0) return 0;
    const { gates } = this.sync;
    return Math.max(gates[slot << 1] as number, 0) + Math.max(gates[(slot << 1) + 1] as number, 0);
  }

  /** What memory holds, or how far the lock is taken that lies there. */
  private valueAt(address: number, size: number): number {
    if (address === clockAddress) return this.time();
    if (size === 4) {
      const { gates, owners, counts, kinds } = this.sync;
      const slot = this.sync.find(address);
      if (slot !== 0 && isLock[kinds[slot] as SyncKind])
        return (
          (owners[slot] as number) +
          2 +
          ((gates[slot << 1] as number) & 0xffff) * 2 ** 6 +
          ((gates[(slot << 1) + 1] as number) & 0xff) * 2 ** 22 +
          ((counts[slot] as number) & 0xffff) * 2 ** 30
        );
      if ((address & 3) === 0) return this.words[address >> 2] as number;
    }
    if (size === 1) return this.bytes[address] as number;
    let value = 0;
    for (let i = address; i < address + size; i++)
      value = (Math.imul(value, 0x01000193) + (this.bytes[i] as number) + 1) | 0;
    return value;
  }
}
