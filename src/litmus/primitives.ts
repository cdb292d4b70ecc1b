// The kernel's operations that a litmus test may use, as tools/memory-model/linux-kernel.def (v6.12) defines them, and
// the bitwise atomics that v6.13 adds.
import type { FenceKind } from '../lkmm/index.js';
import type { LoadOrder, RmwOrder, StoreOrder } from './types.js';

/** How a call is made of its arguments, which are named by their place. */
export type Primitive =
  | { readonly kind: 'fence'; readonly fence: FenceKind }
  /** `isLvalue`: the argument is `*x`, not `x`. */
  | { readonly kind: 'load'; readonly order: LoadOrder; readonly isLvalue: boolean }
  | {
      readonly kind: 'store';
      readonly order: StoreOrder;
      readonly isLvalue: boolean;
      readonly thenMb: boolean;
    }
  | { readonly kind: 'lock' | 'unlock' | 'trylock' | 'is-locked' | 'sync-srcu' }
  | { readonly kind: 'exchange'; readonly order: RmwOrder }
  | { readonly kind: 'compare-exchange'; readonly order: RmwOrder }
  | {
      readonly kind: 'arithmetic';
      readonly operator: string;
      readonly order: RmwOrder;
      readonly returns: 'old' | 'new' | 'nothing';
      /** The operand is 1 and not an argument. */
      readonly byOne: boolean;
      /** What the result is compared with 0 by. */
      readonly test: '==' | '<' | null;
    }
  | { readonly kind: 'add-unless' };

const fences: Readonly<Record<string, FenceKind>> = {
  smp_mb: 'mb',
  smp_rmb: 'rmb',
  smp_wmb: 'wmb',
  smp_mb__before_atomic: 'before-atomic',
  smp_mb__after_atomic: 'after-atomic',
  smp_mb__after_spinlock: 'after-spinlock',
  smp_mb__after_unlock_lock: 'after-unlock-lock',
  smp_mb__after_srcu_read_unlock: 'after-srcu-read-unlock',
  barrier: 'barrier',
  rcu_read_lock: 'rcu-lock',
  rcu_read_unlock: 'rcu-unlock',
  synchronize_rcu: 'sync-rcu',
  synchronize_rcu_expedited: 'sync-rcu',
};

const suffixes: Readonly<Record<string, RmwOrder>> = {
  '': 'mb',
  _relaxed: 'once',
  _acquire: 'acquire',
  _release: 'release',
};

export const primitives: ReadonlyMap<string, Primitive> = new Map([
  ...Object.entries(fences).map(([name, fence]) => [name, { kind: 'fence', fence }] as const),
  ...loads(),
  ...stores(),
  ['spin_lock', { kind: 'lock' }],
  ['spin_unlock', { kind: 'unlock' }],
  ['spin_trylock', { kind: 'trylock' }],
  ['spin_is_locked', { kind: 'is-locked' }],
  ['synchronize_srcu', { kind: 'sync-srcu' }],
  ['synchronize_srcu_expedited', { kind: 'sync-srcu' }],
  ['atomic_add_unless', { kind: 'add-unless' }],
  ...exchanges(),
  ...arithmetic(),
] as readonly (readonly [string, Primitive])[]);

function loads(): readonly (readonly [string, Primitive])[] {
  const load = (name: string, order: LoadOrder, isLvalue: boolean) =>
    [name, { kind: 'load', order, isLvalue }] as const;
  return [
    load('READ_ONCE', 'once', true),
    load('rcu_dereference', 'once', true),
    load('smp_load_acquire', 'acquire', false),
    load('atomic_read', 'once', false),
    load('atomic_read_acquire', 'acquire', false),
    load('srcu_read_lock', 'srcu-lock', false),
    load('srcu_down_read', 'srcu-lock', false),
  ];
}

function stores(): readonly (readonly [string, Primitive])[] {
  const store = (name: string, order: StoreOrder, isLvalue: boolean, thenMb = false) =>
    [name, { kind: 'store', order, isLvalue, thenMb }] as const;
  return [
    store('WRITE_ONCE', 'once', true),
    store('rcu_assign_pointer', 'release', true),
    store('smp_store_mb', 'once', true, true),
    store('smp_store_release', 'release', false),
    store('atomic_set', 'once', false),
    store('atomic_set_release', 'release', false),
    store('srcu_read_unlock', 'srcu-unlock', false),
    store('srcu_up_read', 'srcu-unlock', false),
  ];
}

function exchanges(): readonly (readonly [string, Primitive])[] {
  return ['', 'atomic_'].flatMap((prefix) =>
    Object.entries(suffixes).flatMap(
      ([suffix, order]) =>
        [
          [`${prefix}xchg${suffix}`, { kind: 'exchange', order }],
          [`${prefix}cmpxchg${suffix}`, { kind: 'compare-exchange', order }],
        ] as const,
    ),
  );
}

function arithmetic(): readonly (readonly [string, Primitive])[] {
  const operations: readonly (readonly [name: string, operator: string, byOne: boolean])[] = [
    ['add', '+', false],
    ['sub', '-', false],
    ['inc', '+', true],
    ['dec', '-', true],
    ['and', '&', false],
    ['or', '|', false],
    ['xor', '^', false],
    ['andnot', '&~', false],
  ];
  const all = operations.flatMap(([name, operator, byOne]) => {
    const base = { kind: 'arithmetic', operator, byOne, test: null } as const;
    const returning = /^(?:add|sub|inc|dec)$/.test(name);
    return [
      [`atomic_${name}`, { ...base, order: 'noreturn', returns: 'nothing' }] as const,
      ...Object.entries(suffixes).flatMap(([suffix, order]) => [
        [`atomic_fetch_${name}${suffix}`, { ...base, order, returns: 'old' }] as const,
        ...(returning
          ? [[`atomic_${name}_return${suffix}`, { ...base, order, returns: 'new' }] as const]
          : []),
      ]),
    ];
  });
  const tested = (name: string, operator: string, byOne: boolean, test: '==' | '<') =>
    [name, { kind: 'arithmetic', operator, byOne, test, order: 'mb', returns: 'new' }] as const;
  return [
    ...all,
    tested('atomic_sub_and_test', '-', false, '=='),
    tested('atomic_dec_and_test', '-', true, '=='),
    tested('atomic_inc_and_test', '+', true, '=='),
    tested('atomic_add_negative', '+', false, '<'),
  ];
}
