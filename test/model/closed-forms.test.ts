// Programs whose number of inequivalent interleavings is known in closed form: the exploration has to run that many.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentProgress } from '../../src/base/index.js';
import type { Program } from '../../src/model/link/index.js';
import { checkProgram } from '../../src/model/plain-c/index.js';
import { checkOptions, compileAll, prepare } from './programs.js';

const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));

/** Threads that each run one of `bodies`, joined at the end. */
function threads(globals: string, bodies: readonly string[], setup = ''): string {
  const functions = bodies.map((body, i) => `static void *t${i}(void *u) { ${body} return u; }`);
  const starts = bodies.map((_, i) => `pthread_create(&t[${i}], 0, t${i}, 0);`);
  const joins = bodies.map((_, i) => `pthread_join(t[${i}], 0);`);
  return [
    '#include <pthread.h>\n#include <stdatomic.h>\n#include <semaphore.h>',
    globals,
    ...functions,
    `int main(void) { pthread_t t[${bodies.length}]; ${setup} ${starts.join(' ')} ${joins.join(' ')} return 0; }`,
  ].join('\n');
}

/** Threads with a semaphore of so many units. */
const semaphore = (units: number, bodies: readonly string[]) =>
  threads('static sem_t s;', bodies, `sem_init(&s, 0, ${units});`);

const repeat = (count: number, body: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => body(i));
const lock = 'static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER; static int x;';
const locked = 'pthread_mutex_lock(&m); x++; pthread_mutex_unlock(&m);';

interface Form {
  readonly title: string;
  readonly source: string;
  readonly count: number;
}

const forms: Form[] = [
  ...[2, 3, 4, 5].map((n) => ({
    title: `${n} threads that take one lock once: n!`,
    source: threads(
      lock,
      repeat(n, () => locked),
    ),
    count: factorial(n),
  })),
  {
    title:
      '2 threads that take one lock twice: 4! / (2! 2!), the orders of four sections that keep each thread’s own',
    source: threads(
      lock,
      repeat(2, () => locked + locked),
    ),
    count: 6,
  },
  {
    title: '3 threads that take one lock twice: 6! / (2! 2! 2!)',
    source: threads(
      lock,
      repeat(3, () => locked + locked),
    ),
    count: 90,
  },
  ...[
    [1, 1],
    [1, 3],
    [2, 2],
    [3, 1],
  ].map(([writers = 0, readers = 0]) => ({
    title: `${writers} writers and ${readers} readers of one variable: n! (n + 1)^m`,
    source: threads('static atomic_int x;', [
      ...repeat(writers, (i) => `atomic_store(&x, ${i});`),
      ...repeat(readers, () => 'atomic_load(&x);'),
    ]),
    count: factorial(writers) * (writers + 1) ** readers,
  })),
  ...[
    [0, 4],
    [1, 3],
    [2, 2],
    [3, 1],
  ].map(([writers = 0, readers = 0]) => ({
    title: `${writers} writers and ${readers} readers that take one read-write lock: n! (n + 1)^m`,
    source: threads(
      'static pthread_rwlock_t l = PTHREAD_RWLOCK_INITIALIZER; static int x; static int y[4];',
      [
        ...repeat(writers, () => 'pthread_rwlock_wrlock(&l); x++; pthread_rwlock_unlock(&l);'),
        ...repeat(readers, (i) => `pthread_rwlock_rdlock(&l); y[${i}] = x; pthread_rwlock_unlock(&l);`),
      ],
    ),
    count: factorial(writers) * (writers + 1) ** readers,
  })),
  {
    title:
      '1 writer and 2 readers that take one read-write lock twice: each section of a reader before, between or behind, in order: 6^2',
    source: threads(
      'static pthread_rwlock_t l = PTHREAD_RWLOCK_INITIALIZER; static int x; static int y[2];',
      [
        'pthread_rwlock_wrlock(&l); x++; pthread_rwlock_unlock(&l);'.repeat(2),
        ...repeat(2, (i) => `pthread_rwlock_rdlock(&l); y[${i}] = x; pthread_rwlock_unlock(&l);`.repeat(2)),
      ],
    ),
    count: 36,
  },
  {
    title: '4 posts of one semaphore: 1',
    source: semaphore(
      0,
      repeat(4, () => 'sem_post(&s);'),
    ),
    count: 1,
  },
  ...[2, 3].flatMap((n) => [
    {
      title: `${n} posts and somebody who tries: each before or behind: 2^n`,
      source: semaphore(0, [...repeat(n, () => 'sem_post(&s);'), 'sem_trywait(&s);']),
      count: 2 ** n,
    },
    {
      title: `${n} posts and somebody who waits for the first: 2^n - 1, since one has to be before`,
      source: semaphore(0, [...repeat(n, () => 'sem_post(&s);'), 'sem_wait(&s);']),
      count: 2 ** n - 1,
    },
    {
      title: `${n} threads that take a unit each of ${n}: n!, for waits do not commute`,
      source: semaphore(
        n,
        repeat(n, () => 'sem_wait(&s);'),
      ),
      count: factorial(n),
    },
  ]),
  ...[2, 3, 4].map((n) => ({
    title: `${n} atomic sections: n!`,
    source: threads(
      'void __VERIFIER_atomic_begin(void); void __VERIFIER_atomic_end(void); static int x[4];',
      repeat(n, (i) => `__VERIFIER_atomic_begin(); x[${i}]++; x[0]++; __VERIFIER_atomic_end();`),
    ),
    count: factorial(n),
  })),
  {
    title: '1 atomic section of 2 writes and 2 readers of each variable: each before or behind: 2^4',
    source: threads(
      'void __VERIFIER_atomic_begin(void); void __VERIFIER_atomic_end(void); static atomic_int x, y;',
      [
        '__VERIFIER_atomic_begin(); x = 1; y = 1; __VERIFIER_atomic_end();',
        ...repeat(4, (i) => `atomic_load(&${i < 2 ? 'x' : 'y'});`),
      ],
    ),
    count: 16,
  },
  {
    title: '4 readers of one variable: 1',
    source: threads(
      'static atomic_int x;',
      repeat(4, () => 'atomic_load(&x); atomic_load(&x);'),
    ),
    count: 1,
  },
  {
    title: '4 threads with a variable each: 1',
    source: threads(
      'static atomic_int x[4];',
      repeat(4, (i) => `x[${i}] = 1; x[${i}]++;`),
    ),
    count: 1,
  },
  {
    title: '4 threads with a lock each: 1',
    source: threads(
      'static pthread_mutex_t m[4]; static int x[4];',
      repeat(4, (i) => `pthread_mutex_lock(&m[${i}]); x[${i}]++; pthread_mutex_unlock(&m[${i}]);`),
    ),
    count: 1,
  },
  {
    title: '2 groups of 2 writers, a variable a group: 2! 2!',
    source: threads('static atomic_int x, y;', ['x = 1;', 'x = 2;', 'y = 1;', 'y = 2;']),
    count: 4,
  },
  {
    title: '2 threads of 3 writes to one variable: 6! / (3! 3!)',
    source: threads(
      'static atomic_int x;',
      repeat(2, () => 'x = 1; x = 2; x = 3;'),
    ),
    count: 20,
  },
  {
    title: 'store buffering: of 4 orders of two independent pairs, the cyclic one is impossible',
    source: threads('static atomic_int x, y;', ['x = 1; atomic_load(&y);', 'y = 1; atomic_load(&x);']),
    count: 3,
  },
];

describe('the number of inequivalent interleavings', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-forms-'));
  let linked: Program;
  beforeAll(async () => {
    const files = forms.map(({ source }, index) => {
      const file = join(folder, `form-${index}.c`);
      writeFileSync(file, source);
      return file;
    });
    linked = await compileAll(files);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(forms.map((form, index) => [form.title, form, index] as const))('%s', async (_, form, index) => {
    const options = { ...checkOptions, entry: [`program_form_${index}`] };
    const { exploration, findings } = await checkProgram([], prepare(linked), options, silentProgress);
    expect(findings).toEqual([]);
    expect(exploration.complete).toBe(true);
    expect(exploration.schedules).toBe(form.count);
  });
});
