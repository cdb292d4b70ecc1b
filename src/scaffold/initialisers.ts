// How kernel types that need it are initialised before their first use (the headers that define them, v6.12).
import { type CFunction, type CType, functionsOf } from '../c-syntax/index.js';
import type { TreeSource } from './tree-source.js';

/** A function of the driver that a timer, a work item or a tasklet is to run. */
export interface Callback {
  readonly name: string;
  readonly function: CFunction;
}

const simple: ReadonlyMap<string, (place: string) => string> = new Map([
  ['spinlock_t', (place) => `spin_lock_init(&${place});`],
  ['raw_spinlock_t', (place) => `raw_spin_lock_init(&${place});`],
  ['rwlock_t', (place) => `rwlock_init(&${place});`],
  ['struct mutex', (place) => `mutex_init(&${place});`],
  ['struct rw_semaphore', (place) => `init_rwsem(&${place});`],
  ['struct semaphore', (place) => `sema_init(&${place}, 1);`],
  ['seqlock_t', (place) => `seqlock_init(&${place});`],
  ['seqcount_t', (place) => `seqcount_init(&${place});`],
  ['struct list_head', (place) => `INIT_LIST_HEAD(&${place});`],
  ['struct hlist_head', (place) => `INIT_HLIST_HEAD(&${place});`],
  ['struct completion', (place) => `init_completion(&${place});`],
  ['wait_queue_head_t', (place) => `init_waitqueue_head(&${place});`],
  ['struct wait_queue_head', (place) => `init_waitqueue_head(&${place});`],
  ['struct sk_buff_head', (place) => `skb_queue_head_init(&${place});`],
  ['struct kref', (place) => `kref_init(&${place});`],
  ['refcount_t', (place) => `refcount_set(&${place}, 1);`],
  ['struct xarray', (place) => `xa_init(&${place});`],
  ['struct rb_root', (place) => `${place} = RB_ROOT;`],
  ['struct rb_root_cached', (place) => `${place} = RB_ROOT_CACHED;`],
  ['struct llist_head', (place) => `init_llist_head(&${place});`],
]);

const withCallback: ReadonlyMap<
  string,
  { readonly calls: string; readonly text: (place: string, fn: string) => string }
> = new Map([
  ['struct timer_list', { calls: 'timer_setup', text: (place, fn) => `timer_setup(&${place}, ${fn}, 0);` }],
  ['struct work_struct', { calls: 'INIT_WORK', text: (place, fn) => `INIT_WORK(&${place}, ${fn});` }],
  [
    'struct delayed_work',
    {
      calls: 'INIT_DELAYED_WORK|INIT_DEFERRABLE_WORK',
      text: (place, fn) => `INIT_DELAYED_WORK(&${place}, ${fn});`,
    },
  ],
  [
    'struct tasklet_struct',
    { calls: 'tasklet_setup', text: (place, fn) => `tasklet_setup(&${place}, ${fn});` },
  ],
]);

/** The statement that makes `place` usable; null for a type that zeros will do for, or whose callback is not known. */
export function initialiserOf(type: CType, place: string, callback: Callback | null): string | null {
  const { text } = withCallback.get(type.base) ?? {};
  if (text !== undefined) return callback === null ? null : text(place, callReference(callback.function));
  return simple.get(type.base)?.(place) ?? null;
}

/** What names a function of the driver in a harness. */
export function callReference({ name, isStatic }: Pick<CFunction, 'name' | 'isStatic'>): string {
  return isStatic ? `millrace_call(${name})` : name;
}

/** What one of `files` has the field called `member` run. */
export function callbackOf(
  source: TreeSource,
  files: readonly string[],
  type: CType,
  member: string,
): Callback | null {
  const calls = withCallback.get(type.base)?.calls;
  if (calls === undefined || !/^\w+$/.test(member)) return null;
  const pattern = new RegExp(`\\b(?:${calls})\\s*\\(\\s*&[^;,]*\\b${member}\\s*,\\s*(\\w+)\\s*[,)]`);
  for (const file of files) {
    const name = pattern.exec(source.read(file) ?? '')?.[1];
    if (name === undefined || !source.functionNames(file).has(name)) continue;
    const root = source.parse(file);
    const found = root === null ? undefined : functionsOf(root, file).get(name);
    if (found !== undefined) return { name, function: found };
  }
  return null;
}

/** The one function of `files` that they set a member of that name to; null where there is none, or more. */
export function assignedFunction(
  source: TreeSource,
  files: readonly string[],
  member: string,
): Callback | null {
  if (!/^\w+$/.test(member)) return null;
  const pattern = new RegExp(`(?:\\.|->)\\s*${member}\\s*=\\s*(\\w+)\\s*[,;}]`, 'g');
  const found = new Map<string, Callback>();
  for (const file of files)
    for (const [, name = ''] of (source.read(file) ?? '').matchAll(pattern)) {
      const root = source.functionNames(file).has(name) ? source.parse(file) : null;
      const one = root === null ? undefined : functionsOf(root, file).get(name);
      if (one !== undefined) found.set(name, { name, function: one });
    }
  const [only] = found.values();
  return found.size === 1 ? (only ?? null) : null;
}
