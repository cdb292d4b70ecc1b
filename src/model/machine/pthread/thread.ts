// Threads (POSIX.1-2017, pthread_create and its neighbours): beginning, end, joining, thread-specific data, cleanup
// handlers, pthread_once. A pthread_t is the context's number plus one, so that none is 0.

import { accessFlags, maxContexts } from '../../detect/index.js';
import { touch } from '../accesses.js';
import type { InputValues } from '../libc/index.js';
import type { Machine } from '../machine.js';
import { misuse } from '../misuse.js';
import { noFootprint, refinements } from '../types.js';
import { errno } from './errno.js';

type Import = (...args: never[]) => unknown;
type Entry = (argument: number) => number;

/** In the null page: stands for which keys there are. */
const keysWord = 0x208;
/** Likewise: how many threads there are. Their ids are numbers in the order in which they are made. */
const threadsWord = 0x20c;

/** How often destructors of thread-specific data run at most: PTHREAD_DESTRUCTOR_ITERATIONS. */
const destructorRounds = 4;

/** Threads of a program that starts more than are modelled, `main` among them: few enough for all their orders. */
export const fewThreads = 4;

/** A replay follows whatever the schedule has. */
function threadLimit(m: Machine): number {
  const few = (m.refined & refinements.fewThreads) !== 0 && m.tracer === null;
  return m.limits.threads ?? (few ? fewThreads : maxContexts);
}

export function threadImports(m: Machine, inputs: InputValues): Record<string, Import> {
  /** Bit sets of contexts. */
  const threads = m.perExecution({ detached: 0, joined: 0 });
  const keys: { destructor: number; deleted: boolean }[] = m.perExecution([]);
  /** By key and context. */
  const values: Int32Array[] = m.perExecution([]);
  const cleanups = m.perExecution(new Map<number, { entry: Entry; argument: number }[]>());
  const rounds = m.column();
  m.followUp = (context) => {
    const cleanup = cleanups.get(context)?.pop();
    if (cleanup !== undefined) return cleanup;
    for (let round = rounds[context] as number; round < destructorRounds; round++) {
      for (const [key, { destructor, deleted }] of keys.entries()) {
        const value = values[key]?.[context] ?? 0;
        const entry = destructor === 0 || deleted || value === 0 ? null : m.functionAt(destructor);
        if (entry === null) continue;
        (values[key] as Int32Array)[context] = 0;
        rounds[context] = round;
        return { entry, argument: value };
      }
    }
    return null;
  };
  const known = (thread: number) => thread > 0 && thread <= m.count;
  /** Whether nobody may join the context; told as a finding. */
  const isGone = (other: number, site: number): boolean => {
    const bit = 1 << other;
    if (((threads.joined | threads.detached) & bit) === 0) return false;
    const problem = (threads.joined & bit) !== 0 ? 'joined-already' : 'detached-already';
    misuse(m, { problem, who: other }, site);
    return true;
  };
  return {
    pthread_create: (thread: number, _attributes: number, start: number, argument: number, site: number) => {
      // The new thread exists before its number is stored, as in real libraries.
      if (m.stage[m.current] === 0) {
        const entry = m.functionAt(start);
        if (entry === null) {
          misuse(m, { problem: 'no-function', call: 'pthread_create' }, site, 'crash');
          return 0;
        }
        if (!m.reach(threadsWord, 4, true, 0, 0, site)) return 0;
        if (m.count >= threadLimit(m)) {
          if (m.limits.threads === undefined && m.refine(refinements.fewThreads)) return 0;
          // Whoever creates more is as if slow for ever, which every execution with more threads begins with.
          inputs.crowded = true;
          m.stall(null, 0);
          return 0;
        }
        const context = m.spawn(m.current, entry, argument, site);
        m.tracer?.event(m.current, { kind: 'thread', does: 'create', thread: context }, site, 0, 0);
        m.results[m.current] = context + 1;
        m.stage[m.current] = 1;
      }
      if (!touch(m, thread, 4, accessFlags.write, site)) return 0;
      m.stage[m.current] = 0;
      m.words[thread >> 2] = m.results[m.current] as number;
      return 0;
    },
    pthread_join: (thread: number, result: number, site: number) => {
      const other = thread - 1;
      const bit = 1 << other;
      if (m.stage[m.current] === 0) {
        if (!known(thread)) return errno.ESRCH;
        if (other === m.current) return errno.EDEADLK;
        if (!m.resuming && isGone(other, site)) return 0;
        const slot = m.sync.endOf(other);
        m.waitingFor[m.current] = { on: 'thread-end', who: other };
        if (!m.reach(noFootprint, 0, false, slot << 1, 0, site)) return 0;
        // Somebody may have joined or detached it while this one waited.
        if (isGone(other, site)) return 0;
        m.tracer?.event(m.current, { kind: 'thread', does: 'join', thread: other }, site, 0, 0);
        threads.joined |= bit;
        m.acquire(slot);
        m.joined();
        m.stage[m.current] = 1;
      }
      if (result !== 0) {
        if (!touch(m, result, 4, accessFlags.write, site)) return 0;
        m.words[result >> 2] = m.results[other] as number;
      }
      m.stage[m.current] = 0;
      return 0;
    },
    pthread_detach: (thread: number, site: number) => {
      if (!known(thread)) return errno.ESRCH;
      const bit = 1 << (thread - 1);
      if (((threads.joined | threads.detached) & bit) !== 0)
        misuse(m, { problem: 'gone-already', who: thread - 1 }, site);
      threads.detached |= bit;
      return 0;
    },
    pthread_exit: (result: number, site: number) => {
      m.tracer?.event(m.current, { kind: 'exit' }, site, 0, 0);
      m.exit(result);
    },
    pthread_self: () => m.current + 1,
    __millrace_thread: () => m.current,
    pthread_equal: (a: number, b: number) => (a === b ? 1 : 0),
    pthread_yield: () => 0,
    sched_yield: () => 0,
    pthread_setconcurrency: () => 0,
    pthread_setcancelstate: () => 0,
    pthread_attr_init: (attributes: number, site: number) => {
      if (!touch(m, attributes, 4, accessFlags.write, site)) return -1;
      m.words[attributes >> 2] = 0;
      return 0;
    },
    pthread_setcanceltype: () => 0,
    pthread_testcancel: () => {},
    pthread_getconcurrency: () => 0,
    pthread_attr_setguardsize: () => 0,
    pthread_attr_setinheritsched: () => 0,
    pthread_attr_setschedpolicy: () => 0,
    pthread_setname_np: () => 0,
    pthread_attr_destroy: () => 0,
    pthread_attr_setstacksize: () => 0,
    pthread_attr_setscope: () => 0,
    pthread_key_create: (key: number, destructor: number, site: number) => {
      const { current, stage } = m;
      if (stage[current] === 0) {
        if (!touch(m, key, 4, accessFlags.write, site)) return -1;
        stage[current] = 1;
      }
      if (!m.reach(keysWord, 4, true, 0, 0, site)) return -1;
      stage[current] = 0;
      values.push(new Int32Array(maxContexts));
      m.words[key >> 2] = keys.push({ destructor, deleted: false }) - 1;
      return 0;
    },
    pthread_key_delete: (key: number, site: number) => {
      if (!m.reach(keysWord, 4, true, 0, 0, site)) return -1;
      const entry = keys[key];
      if (entry === undefined || entry.deleted) return errno.EINVAL;
      entry.deleted = true;
      return 0;
    },
    pthread_setspecific: (key: number, value: number, site: number) => {
      if (!m.reach(keysWord, 4, false, 0, 0, site)) return -1;
      const row = values[key];
      if (row === undefined || keys[key]?.deleted) return errno.EINVAL;
      row[m.current] = value;
      m.changed();
      return 0;
    },
    pthread_getspecific: (key: number, site: number) => {
      if (!m.reach(keysWord, 4, false, 0, 0, site)) return 0;
      return keys[key]?.deleted ? 0 : (values[key]?.[m.current] ?? 0);
    },
    __millrace_cleanup_push: (routine: number, argument: number) => {
      const entry = m.functionAt(routine);
      if (entry === null) return;
      const list = cleanups.get(m.current) ?? [];
      cleanups.set(m.current, list);
      list.push({ entry, argument });
    },
    __millrace_cleanup_pop: () => void cleanups.get(m.current)?.pop(),
  };
}
