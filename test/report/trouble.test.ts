import { describe, expect, it } from 'vitest';
import { plainReport, prefixed, readConsole } from './read-console.js';

const kinds = (text: string) => readConsole(text).troubles.map(({ kind }) => kind);

describe('troubles', () => {
  it.each([
    ['warning', 'WARNING: CPU: 1 PID: 72 at drivers/mill/mill.c:40 mill_stop+0x1f/0x80'],
    ['warning', 'WARNING: drivers/mill/mill.c:40 at mill_stop+0x1f/0x80, CPU#1: mill/72'],
    ['warning', 'BUG: Bad page state in process mill  pfn:12345'],
    ['lockdep', 'WARNING: possible circular locking dependency detected'],
    ['lockdep', 'WARNING: inconsistent lock state'],
    ['lockdep', 'WARNING: suspicious RCU usage'],
    ['lockdep', 'WARNING: HARDIRQ-safe -> HARDIRQ-unsafe lock order detected'],
    ['lockdep', '[ BUG: Invalid wait context ]'],
    ['rcu-stall', 'rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:'],
    ['rcu-stall', 'rcu: INFO: rcu_sched self-detected stall on CPU'],
    ['rcu-stall', 'INFO: rcu_preempt self-detected stall on CPU { 1}'],
    ['hung-task', 'INFO: task mill/0:72 blocked for more than 120 seconds.'],
    ['soft-lockup', 'watchdog: BUG: soft lockup - CPU#1 stuck for 26s! [mill/0:72]'],
    ['soft-lockup', 'watchdog: Watchdog detected hard LOCKUP on cpu 1'],
    [
      'sleeping-in-atomic',
      'BUG: sleeping function called from invalid context at kernel/locking/mutex.c:585',
    ],
    ['sleeping-in-atomic', 'BUG: scheduling while atomic: mill/0/72/0x00000002'],
    ['kasan', 'BUG: KASAN: slab-use-after-free in mill_stop+0x5a/0x110'],
    ['ubsan', 'UBSAN: array-index-out-of-bounds in drivers/mill/mill.c:40:12'],
    ['oops', 'BUG: kernel NULL pointer dereference, address: 0000000000000008'],
    ['oops', 'Unable to handle kernel paging request at virtual address dead000000000108'],
    [
      'oops',
      'Oops: general protection fault, probably for non-canonical address 0xdead000000000108: 0000 [#1]',
    ],
    ['oops', 'kernel BUG at drivers/mill/mill.c:40!'],
    ['panic', 'Kernel panic - not syncing: Fatal exception'],
  ])('%s: %s', (kind, title) => {
    expect(readConsole(`[   12.500000][   T72] ${title}\n`).troubles).toEqual([
      { kind, title, time: 12.5, lines: [title] },
    ]);
  });

  it('are none where a KCSAN report, a driver or a user speaks', () => {
    const lines = [
      'WARNING: this driver is old',
      'mill: INFO: task done',
      'systemd[1]: WARNING: CPU quota ignored',
      'debug: Oops, I did it again',
    ];
    expect(kinds(lines.join('\n') + plainReport)).toEqual([]);
  });

  it('keep the lines that belong to them, up to the end marker', () => {
    const warning = [
      '------------[ cut here ]------------',
      'mill still turns',
      'WARNING: CPU: 1 PID: 72 at drivers/mill/mill.c:40 mill_stop+0x1f/0x80',
      'Call Trace:',
      ' mill_stop+0x1f/0x80',
      '---[ end trace 0000000000000000 ]---',
    ];
    const text = prefixed([...warning, 'random: crng init done'].join('\n'), '[    3.000000] ');
    expect(readConsole(text).troubles).toEqual([
      { kind: 'warning', title: warning[2], time: 3, lines: warning.slice(1) },
    ]);
  });

  it('are one for an oops, whose later lines would begin one alone, and one more for the panic', () => {
    expect(
      kinds(`BUG: unable to handle page fault for address: ffffc90000000000
#PF: supervisor read access in kernel mode
Oops: Oops: 0000 [#1] PREEMPT SMP
RIP: 0010:mill_stop+0x1f/0x80
---[ end trace 0000000000000000 ]---
Kernel panic - not syncing: Fatal exception
`),
    ).toEqual(['oops', 'panic']);
  });

  it('are told apart by their callers', () => {
    const one = prefixed(
      'BUG: KASAN: use-after-free in a+0x1/0x2\nRead of size 4\n',
      '[    1.000000][    T1] ',
    );
    const other = prefixed(
      'UBSAN: shift-out-of-bounds in b.c:1:2\nshift exponent 70\n',
      '[    1.000000][    T2] ',
    );
    const [a1 = '', a2 = ''] = one.split('\n');
    const [b1 = '', b2 = ''] = other.split('\n');
    expect(readConsole([a1, b1, a2, b2].join('\n')).troubles.map(({ lines }) => lines[1])).toEqual([
      'Read of size 4',
      'shift exponent 70',
    ]);
  });

  it('end at 60 lines, and after a silence', () => {
    const endless = `UBSAN: shift-out-of-bounds in b.c:1:2\n${' x+0x1/0x2\n'.repeat(500)}`;
    expect(readConsole(endless).troubles[0]?.lines).toHaveLength(60);
    const late = '[    1.0] UBSAN: shift-out-of-bounds in b.c:1:2\n[   61.0] mill: turns\n';
    expect(readConsole(late).troubles[0]?.lines).toHaveLength(1);
  });
});
