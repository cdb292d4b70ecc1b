// What one call of a function that a machine supplies does that others can see: observed while another context lives.
import { accessFlags } from '../../src/model/detect/index.js';
import type { Program } from '../../src/model/link/index.js';
import { Grain, plainMode, type Scheduler } from '../../src/model/machine/index.js';
import { Scripts } from './scripts.js';

export type Effect =
  /** Accesses of memory that races are looked for in: plain ones, marked ones. */
  | 'reads'
  | 'writes'
  | 'reads-marked'
  | 'writes-marked'
  /** The object of a primitive is used; it begins or ends. */
  | 'uses'
  | 'begins'
  /** Operations on what the machine keeps, which commute with those of their kind; which do not. */
  | 'asks'
  | 'changes'
  /** An operation that happens once others have let it. */
  | 'waits'
  /** One of several values, each explored. */
  | 'chooses'
  /** A context is begun. */
  | 'starts'
  /** With these arguments, a finding; the end of its context or of the program. */
  | 'fails'
  | 'ends'
  /** The machine keeps something that no operation tells of: it has to belong to the caller alone. */
  | 'keeps'
  /** It changes memory that no operation tells of: insides of an object that nothing but the machine looks at. */
  | 'hides';

type Arguments = (s: Scripts) => readonly (number | bigint)[];

/** Addresses of two objects, then small numbers. `wide`: which are 64 bits. */
const usual =
  (count: number, wide: (index: number) => boolean): Arguments =>
  (s) =>
    Array.from({ length: count }, (_, index) => {
      const value = index < 2 ? s.at(index) : 4;
      return wide(index) ? BigInt(value) : value;
    });

/** Of functions that take other ones. */
const needed: Readonly<Record<string, Arguments>> = {
  // Bits of a map, and sizes: an address, which is the usual argument there, may be more than there is.
  ...Object.fromEntries(
    [
      '__bitmap_clear',
      '__bitmap_set',
      '__bitmap_weight',
      '_find_first_bit',
      '_find_next_bit',
      'find_first_bit',
      'find_next_bit',
    ].map((name) => [name, (s: Scripts) => [s.at(0), 8, 4]]),
  ),
  hrtimer_start_range_ns: (s) => [s.at(0), 5n, 0n, 0],
  __sw_hweight64: () => [4n],
  ns_to_timespec64: (s) => [s.at(0), 5n],
  millrace_mmio_write64: (s) => [5n, s.at(0)],
  millrace_delay_ns: () => [5n],
  millrace_clear_user: (s) => [s.at(0), 4],
  pcpu_alloc_noprof: () => [8, 8, 0, 0],
  __alloc_percpu: () => [8, 8],
  __alloc_percpu_gfp: () => [8, 8, 0],
  write: (s) => [4, s.at(0), 4],
  fwrite: (s) => [s.at(0), 4, 1, 4],
  request_threaded_irq: (s) => [9, s.pointer('handler'), 0, 0, 0, s.at(0)],
  call_rcu: (s) => [s.at(0), s.pointer('callback_5')],
  call_rcu_hurry: (s) => [s.at(0), s.pointer('callback_5')],
  open_softirq: (s) => [3, s.pointer('callback_5')],
  pthread_mutex_init: (s) => [s.at(0), 0],
  sem_init: (s) => [s.at(0), 0, 1],
  snprintf: (s) => [s.at(0), 8, s.at(1), s.at(2)],
  vsnprintf: (s) => [s.at(0), 8, s.at(1), s.at(2)],
  scnprintf: (s) => [s.at(0), 8, s.at(1), s.at(2)],
  vscnprintf: (s) => [s.at(0), 8, s.at(1), s.at(2)],
  kmemdup: (s) => [s.at(0), 8, 0],
  kmemdup_noprof: (s) => [s.at(0), 8, 0],
  dma_alloc_attrs: (s) => [0, 8, s.at(0), 0, 0],
  __kcsan_check_access: (s) => [s.at(0), 4, 0],
  __tsan_read_range: (s) => [s.at(0), 8],
  __tsan_write_range: (s) => [s.at(0), 8],
  clock_nanosleep: (s) => [0, 0, s.at(0), 0],
  free: () => [0],
  realloc: () => [0, 8],
  pthread_create: (s) => [s.at(0), 0, s.pointer('callback_5'), 0],
};

/** The function that has to be called before, where there is one: what is given back has to be held. */
function priorOf(name: string): string {
  if (name === 'pthread_rwlock_unlock') return 'pthread_rwlock_rdlock';
  if (/unlock(?!_(wait|spin_wait|strict))/.test(name))
    return name.replace('unlock', 'lock').replace('irqrestore', 'irqsave');
  if (/^up_(read|write)$/.test(name)) return name.replace('up', 'down');
  if (name === 'downgrade_write') return 'down_write';
  if (name === '__VERIFIER_atomic_end') return '__VERIFIER_atomic_begin';
  if (/^(wait_for|try_wait_for)_completion/.test(name)) return 'complete';
  return /^down(_interruptible|_killable)?$/.test(name) ? 'up' : '';
}

export class EffectWatch {
  private readonly s: Scripts;
  private readonly objects: readonly object[];

  constructor(program: Program, kind: 'kernel' | 'plain') {
    this.s = new Scripts(program, kind);
    this.objects = (this.s.m as unknown as { objects: readonly object[] }).objects;
  }

  get names(): readonly string[] {
    return Object.keys(this.s.imports);
  }

  /** Sorted; of a call with the usual arguments, or with those that it needs. */
  effectsOf(name: string): Effect[] {
    const { s } = this;
    const { m } = s;
    const effects = new Set<Effect>();
    const written: [number, number][] = [];
    let operations = 0;
    let isOn = false;
    let told = false;
    const one = s.imports[name] as (...args: unknown[]) => unknown;
    const args =
      needed[name] ?? usual(Math.max(one.length - 1, 0), (index) => name.includes('atomic64') && index > 0);
    const before = { state: '', memory: new Uint8Array() };
    const prior = priorOf(name);
    s.calls = [
      [
        ...(s.imports[prior] === undefined ? [] : [() => s.call(prior, s.at(0), 2)]),
        () => {
          if (!isOn) {
            isOn = true;
            before.state = this.state();
            before.memory = this.memory();
          }
          const site = 1;
          return one(...args(s), site);
        },
      ],
      [],
    ];
    const access = m.detector.access;
    m.detector.access = (context, address, size, flags, site) => {
      if (isOn && context === 1) {
        const write = (flags & accessFlags.write) !== 0;
        const isObject = (flags & accessFlags.object) !== 0;
        const isMarked = (flags & accessFlags.marked) !== 0;
        effects.add(
          isObject
            ? write
              ? 'begins'
              : 'uses'
            : `${write ? 'writes' : 'reads'}${isMarked ? '-marked' : ''}`,
        );
        if (write) written.push([address, address + size]);
        told = true;
      }
      access.call(m.detector, context, address, size, flags, site);
    };
    const settle = (context: number) => {
      if (!isOn || context !== 1 || m.living === 0) return;
      const address = m.pendingAddress[context] as number;
      const write = m.pendingWrite[context] === 1;
      operations++;
      if (address < 0) {
        if ((m.pendingGate[context] as number) !== 0) effects.add('waits');
        return;
      }
      const size = m.pendingSize[context] as number;
      if (write) written.push([address, address + size]);
      // The access is told of when the operation happens.
      told = false;
      queue.push(write ? 'changes' : 'asks');
    };
    const queue: Effect[] = [];
    const scheduler: Scheduler = {
      begin: () => {},
      started: () => {
        if (isOn) effects.add('starts');
      },
      published: () => {},
      observed: () => {},
      value: () => {
        if (isOn) effects.add('chooses');
        return 0;
      },
      pick: (enabled, current) => {
        if (queue.length > 0) {
          const effect = queue.pop() as Effect;
          if (!told) effects.add(effect);
        }
        const next =
          (enabled & 2) !== 0
            ? 1
            : current >= 0 && (enabled & (1 << current)) !== 0
              ? current
              : 31 - Math.clz32(enabled & -enabled);
        settle(next);
        return next;
      },
    };
    const grain = Grain.finest(m.program);
    // Only programs that can tell look at what lies on top of what.
    grain.refined &= ~2;
    let ending = '';
    const after = { state: '', memory: new Uint8Array() };
    const pushed = s.answers[0] as unknown[];
    const { push } = pushed;
    pushed.push = (...values) => {
      if (!isOn) return push.apply(pushed, values);
      after.state = this.state();
      after.memory = this.memory();
      if (queue.length > 0) {
        const effect = queue.pop() as Effect;
        if (!told) effects.add(effect);
      }
      isOn = false;
      return push.apply(pushed, values);
    };
    try {
      ending = m.execute(scheduler, s.entry('two_tasks'), { ...plainMode, grain });
    } finally {
      pushed.push = push;
      m.detector.access = access;
    }
    if (queue.length > 0 && !told) effects.add(queue.pop() as Effect);
    if (ending === 'failed') effects.add('fails');
    else if (isOn) effects.add('ends');
    if (!isOn) {
      for (let i = 0; i < after.memory.length; i++) {
        const address = s.at(0) + i;
        if (
          after.memory[i] !== before.memory[i] &&
          !written.some(([start, end]) => address >= start && address < end)
        )
          effects.add('hides');
      }
      if (operations === 0 && after.state !== before.state) effects.add('keeps');
    }
    return [...effects].sort();
  }

  private memory(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.s.m.bytes.subarray(this.s.at(0), this.s.at(8)));
  }

  /** All that the machine keeps for the execution, apart from clocks. */
  private state(): string {
    const { m } = this.s;
    const seen = new Set<object>();
    const plain = (_: string, value: unknown): unknown => {
      if (typeof value === 'bigint') return String(value);
      if (typeof value !== 'object' || value === null) return value;
      if (value === m || seen.has(value)) return null;
      seen.add(value);
      if (value instanceof Map || value instanceof Set) return [...value];
      return ArrayBuffer.isView(value) ? Array.from(value as Int32Array) : value;
    };
    const slots = m.sync
      .slots()
      .map((slot) => [m.sync.owners[slot], m.sync.counts[slot], m.sync.gates[slot << 1]]);
    return JSON.stringify([this.objects.filter((object) => object !== this.s.answers), slots, m.time], plain);
  }
}
