import type { InputValues } from '../libc/index.js';
import type { Machine } from '../machine.js';
import { barrierImports } from './barrier.js';
import { conditionImports } from './condition.js';
import { Mutexes, mutexImports } from './mutex.js';
import { onceImports } from './once.js';
import { rwlockImports } from './rwlock.js';
import { semaphoreImports } from './semaphore.js';
import { threadImports } from './thread.js';

type Import = (...args: never[]) => unknown;

export { fewThreads } from './thread.js';

/** All of pthread.h and semaphore.h. `fail` sets errno and answers -1. */
export function pthreadImports(
  m: Machine,
  fail: (error: number) => number,
  inputs: InputValues,
): Record<string, Import> {
  const mutexes = new Mutexes(m);
  m.onEnd = (context) => {
    if (context !== 0) mutexes.checkEnd(context);
  };
  return {
    ...threadImports(m, inputs),
    ...mutexImports(m, mutexes),
    ...conditionImports(m, mutexes),
    ...rwlockImports(m),
    ...semaphoreImports(m, fail),
    ...barrierImports(m),
    ...onceImports(m),
  };
}
