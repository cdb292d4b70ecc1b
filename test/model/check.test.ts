// `millrace check` as a user runs it: a child process, its output and its exit code.
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { run } from '../../src/base/index.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const fixture = (name: string) => relative(root, fileURLToPath(new URL(name, import.meta.url)));

function check(...args: string[]) {
  return run(process.execPath, ['dist/cli/main.js', 'check', '--quiet', ...args], {
    cwd: root,
    env: { NO_COLOR: '1' },
  });
}

describe('millrace check', () => {
  it('exits with 0 and says that nothing was found in all interleavings', async () => {
    const { exitCode, stdout } = await check(fixture('programs/mutex-increment.c'));
    expect(exitCode).toBe(0);
    expect(stdout.replace(/m1-[0-9a-f]{8}/, 'm1-PROGRAM')).toMatchInlineSnapshot(`
      "Nothing found in 2 inequivalent interleavings, and that is all of them.
      Memory is sequentially consistent: what a weaker memory order allows beyond that
        is not explored.
      One of the interleavings, step by step: millrace check
        test/model/programs/mutex-increment.c --replay m1-PROGRAM-0.8,1.5,0.2,2.5,0.2
      "
    `);
  });

  it('exits with 1 and shows both sides of a race, in 80 columns', async () => {
    const { exitCode, stdout } = await check(fixture('programs/mutex-one-side.c'));
    expect(exitCode).toBe(1);
    expect(stdout.replace(/m1-[0-9a-f]{8}/, 'm1-PROGRAM')).toMatchInlineSnapshot(`
      "1. data race on counter
         T1 write in first() at test/model/programs/mutex-one-side.c:10
            counter++;
         T2 write in second() at test/model/programs/mutex-one-side.c:17
            counter = 5;
         schedule (0 preemptions):
           m1-PROGRAM-0.8,1.5,0.2,2.2,0.1

      1 found in 3 inequivalent interleavings, and that is all of them.
      Memory is sequentially consistent: what a weaker memory order allows beyond that
        is not explored.
      See a schedule step by step: millrace check test/model/programs/mutex-one-side.c
        --replay SCHEDULE
      "
    `);
    expect(stdout.split('\n').every((line) => line.length <= 80)).toBe(true);
  });

  it('names what a race is on, and tells races on other variables of the same lines apart', async () => {
    const { stdout } = await check(fixture('fixtures/two-variables.c'));
    expect(stdout.match(/^\d+\. .*(\n {3}test.*)?/gm)).toEqual([
      '1. data race on one.balance[1]',
      '2. data race on open_accounts',
      '3. data race on byte 12 of the 20 that were allocated at\n   test/model/fixtures/two-variables.c:26',
    ]);
  });

  it('calls main() with the name of the program, and takes files that are preprocessed elsewhere', async () => {
    const { exitCode, stdout } = await check(fixture('fixtures/preprocessed.i'));
    expect(stdout).toMatch(/^Nothing found in 2 inequivalent interleavings, and that is all of them/);
    expect(exitCode).toBe(0);
  });

  it('replays the schedule that it found', async () => {
    const program = fixture('programs/atomic-load-store.c');
    const { stdout } = await check(program, '--json');
    const { findings } = JSON.parse(stdout) as { findings: { schedule: string }[] };
    const replay = await check(program, '--replay', findings[0]?.schedule ?? '');
    expect(replay.exitCode).toBe(0);
    expect(replay.stdout.replace(/0x[0-9a-f]+/g, '0xADDRESS')).toMatchInlineSnapshot(`
      "test/model/programs/atomic-load-store.c
      T0 (main)                  T1                         T2
      -------------------------  -------------------------  -------------------------
      main()
       20 pthread_create(&a, 0,
         first, 0);
         create T1
       21 pthread_create(&b, 0,
         first, 0);
         create T2
                                 first()
                                  13 atomic_store(&flag,
                                    atomic_load(&flag) +
                                    1);
                                    atomic load flag: 0
                                                            first()
                                                             13 atomic_store(&flag,
                                                               atomic_load(&flag) +
                                                               1);
                                                               atomic load flag: 0
                                                               atomic store flag: 1
                                  13 atomic_store(&flag,
                                    atomic_load(&flag) +
                                    1);
                                    atomic store flag: 1
       22 pthread_join(a, 0);
         join T1
       23 pthread_join(b, 0);
         join T2

      => assertion: assertion failed: flag == 2 (main(), test/model/programs/atomic-load-store.c:24)
      "
    `);
  });

  it('stops at what is not modelled, names it and its caller, and says what to do', async () => {
    const { exitCode, stderr } = await check(fixture('fixtures/not-modelled.c'));
    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      'fixtures/not-modelled.c:7: launch_rocket() is not modelled, and work() calls it',
    );
    expect(stderr).toContain('Define launch_rocket() in a file of your own');
  });

  it('shows where a program does not compile', async () => {
    const { exitCode, stderr } = await check(fixture('fixtures/does-not-compile.c'));
    expect(exitCode).toBe(2);
    expect(stderr).toContain('does-not-compile.c:3:9: use of undeclared identifier');
  });

  it.each([
    ['trap.c', 'a trap: __builtin_trap(), or what was said to be unreachable', 'stop() at FILE:4'],
    ['division.c', 'divide by zero', 'main() at FILE:7'],
    [
      'wrong-pointer.c',
      'call of add() through a pointer of another type: it is int (int, int), and called as void (void)',
      'main() at FILE:12',
    ],
  ])('names the line at which the machine itself stops a program: %s', async (name, message, place) => {
    const file = fixture(`fixtures/faults/${name}`);
    const { exitCode, stdout } = await check(file);
    expect(exitCode).toBe(1);
    expect(stdout.replace(/\s+/g, ' ').replaceAll(file, 'FILE')).toContain(
      `1. crash: ${message} T0 in ${place} `,
    );
  });

  it.each([
    ['no-assert-header.c', 'assert() is not modelled, and main() calls it', 'Include <assert.h>'],
    ['no-stdint.c', "unknown type name 'uint32_t'", 'Include <stdint.h>, which declares uint32_t'],
    ['no-mutex-header.c', "unknown type name 'pthread_mutex_t'", 'Include <pthread.h>'],
    ['foreign-header.c', "'queue/list.h' file not found", 'Pass -I DIR with the folder of queue/list.h'],
    ['no-variable.c', 'nobody defines the variable elsewhere', 'Pass the file that defines elsewhere'],
    ['sockets.c', "'sys/socket.h' file not found", 'the network is not modelled'],
  ])('says what is missing, not that something is: %s', async (name, message, hint) => {
    const { exitCode, stderr } = await check(fixture(`fixtures/hints/${name}`));
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toContain(hint);
  });

  it('names the locals that were 0 because nothing was written to them, and no others', async () => {
    const { stdout } = await check(fixture('fixtures/hints/uninitialized.c'));
    expect(stdout.replace(/\s+/g, ' ')).toContain(
      'limit was 0, and nothing else, where it may be read before it is set: test/model/fixtures/hints/uninitialized.c:7.',
    );
    expect(stdout).not.toContain('count was 0');
  });

  it('leaves out an attribute of another machine, and takes macros and languages as a compiler does', async () => {
    const { exitCode, stdout } = await check(
      ...[fixture('fixtures/hints/attribute.c'), '-DSTART=3', '-std=gnu99'],
    );
    expect(stdout).toMatch(/^Nothing found in 1 inequivalent/);
    expect(exitCode).toBe(0);
  });

  it('refuses limits that are none', async () => {
    const { exitCode, stderr } = await check(fixture('programs/once.c'), '--max-schedules', '0');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--max-schedules takes a number above 0');
  });
});
