// Cases from reports other than KCSAN's: which two sides they have, or why there are none.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type KernelReport, readConsole } from '../../src/report/index.js';
import { scaffoldCase } from '../../src/scaffold/index.js';
import { acme } from './small-tree.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-report-sides-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function reportOf(log: string): Promise<KernelReport> {
  for await (const events of readConsole(lines(log)))
    for (const event of events) if (event.kind === 'kernel-report') return event.report;
  throw new Error('no report');
}

async function* lines(log: string) {
  yield await Promise.resolve(log);
}

const made = async (name: string, log: string) =>
  scaffoldCase({
    tree: acme,
    compileIn: null,
    name,
    parent: folder,
    from: { kind: 'report', report: await reportOf(log) },
  });

const useAfterFree = `BUG: KASAN: slab-use-after-free in acme_poll+0x1/0x20
Read of size 4 at addr ffff888104a3f0e8 by task swapper/0/0
CPU: 0 UID: 0 PID: 0 Comm: swapper/0 Not tainted 6.12.0 #1
Call Trace:
 <IRQ>
 __dump_stack+0x5d/0x80
 dump_stack_lvl+0x5d/0x80
 print_report+0x171/0x4fa
 kasan_report+0xda/0x110
 check_region_inline+0x1/0x2
 kasan_check_range+0x1/0x2
 __kasan_check_write+0x1/0x2
 instrument_atomic_read_write+0x1/0x2
 atomic_fetch_sub_release+0x1/0x2
 __refcount_sub_and_test+0x1/0x2
 refcount_dec_and_test+0x1/0x2
 acme_poll+0x1/0x20
 call_timer_fn+0x1e/0xa0
 handle_softirqs+0x10/0x20
 </IRQ>

Allocated by task 71:
 kasan_save_stack+0x33/0x60
 acme_probe+0x4f/0x80

Freed by task 73:
 kasan_save_stack+0x33/0x60
 __kasan_slab_free+0x12f/0x3b0
 kfree+0x12f/0x3b0
 acme_stop_channel+0x21/0x40
 acme_streamoff+0x21/0x40

The buggy address belongs to the object at ffff888104a3f0e0
 which belongs to the cache kmalloc-64 of size 64
`;

test('a use after free becomes a case of who used and who freed', async () => {
  const { sides, directory, notes } = await made('uaf', useAfterFree);
  expect(sides).toMatchObject([
    { racing: 'acme_poll', context: 'timer' },
    { racing: 'acme_stop_channel', entry: 'acme_streamoff', context: 'task' },
  ]);
  expect(notes.join('\n')).toContain('both sides must work on one object');
  expect(await readFile(join(directory, 'README.md'), 'utf8')).toContain('BUG: KASAN: slab-use-after-free');
});

test('what RCU freed is the side of who handed it over', async () => {
  const log = useAfterFree
    .replace(/ acme_stop_channel.*\n acme_streamoff.*\n/, ' rcu_do_batch+0x1/0x20\n rcu_core+0x1/0x20\n')
    .replace(
      '\nThe buggy',
      '\nLast potentially related work creation:\n kasan_save_stack+0x1/0x2\n __call_rcu_common.constprop.0+0x1/0x2\n acme_stop_channel+0x21/0x40\n acme_streamoff+0x21/0x40\n\nThe buggy',
    );
  const { sides, notes } = await made('rcu', log);
  expect(sides[1]).toMatchObject({ racing: 'acme_stop_channel', entry: 'acme_streamoff' });
  expect(notes.join('\n')).toContain('RCU freed the object');
});

test('a circular dependency becomes a case of the two orders', async () => {
  const { sides, notes } = await made(
    'order',
    `WARNING: possible circular locking dependency detected
loom/72 is trying to acquire lock:
ffff888104a3f0e8 (&b->lock){+.-.}-{2:2}, at: acme_submit+0x1c/0xac
but task is already holding lock:
ffff888104a3f0a8 (&a->lock){+.+.}-{3:3}, at: acme_submit+0x10/0x20
-> #1 (&a->lock){+.+.}-{3:3}:
       __mutex_lock+0x99/0x900
       acme_stop_channel+0x1f/0x80
       acme_streamoff+0x21/0x40
-> #0 (&b->lock){+.-.}-{2:2}:
       check_prev_add+0x1/0x2
       __lock_acquire+0x1180/0x2190
       _raw_spin_lock+0x2e/0x40
       acme_submit+0x1c/0xac
`,
  );
  expect(sides).toMatchObject([{ racing: 'acme_submit' }, { entry: 'acme_streamoff' }]);
  expect(notes[0]).toBe('One order takes &b->lock while &a->lock is held; the other closes the cycle.');
});

test.each([
  ['a hung task', 'INFO: task loom:72 blocked for more than 120 seconds.\n', /it tells who waits/],
  ['a null pointer', 'BUG: kernel NULL pointer dereference, address: 0000000000000018\n', /one side alone/],
  [
    'a free that the mail left out',
    useAfterFree.slice(0, useAfterFree.indexOf('Freed')),
    /no stack of who freed/,
  ],
])('of %s no case is made, and the reason is said', async (_, log, reason) => {
  await expect(made('none', log)).rejects.toThrow(reason);
});
