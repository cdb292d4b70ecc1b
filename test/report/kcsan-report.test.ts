import { describe, expect, it } from 'vitest';
import { plainReport, prefixed, readConsole } from './read-console.js';

const { reports: expected } = readConsole(plainReport);

function timeless(text: string) {
  return readConsole(text).reports.map((report) => ({ ...report, time: null }));
}

describe('a KCSAN report', () => {
  it('is read in full', () => {
    expect(expected).toEqual([
      {
        title: 'data-race in mill_read / mill_write',
        kind: 'data-race',
        unknownOrigin: false,
        accesses: [
          {
            type: 'write',
            address: '0xffff888104a3f0e8',
            size: 4,
            context: { kind: 'task', pid: 72, cpu: 3 },
            stack: [
              frame('mill_write', 0x5a, 0x110),
              { ...frame('mill_thread', 0x21, 0x40), module: 'mill' },
              frame('kthread', 0x17a, 0x1c0),
            ],
          },
          {
            type: 'read',
            address: '0xffff888104a3f0e8',
            size: 4,
            context: { kind: 'interrupt', pid: null, cpu: 5 },
            stack: [frame('mill_read', 0x21, 0x90), frame('call_timer_fn', 0x38, 0x1a0)],
          },
        ],
        valueChanged: { old: '0x00000003', new: '0x00000002', mask: null },
        time: null,
        reporter: { cpu: 5, pid: 0, comm: 'swapper/5', kernel: '6.12.117', taint: 'Not tainted' },
      },
    ]);
  });

  it.each([
    ['printk time stamps', '[   12.345678] '],
    ['stamps and callers', '[   12.345678][   T72] '],
    ['an interrupt as the caller', '[   12.345678][    C5] '],
    ['dmesg -T', '[Thu Nov 14 12:56:01 2024] '],
    ['dmesg -x', 'kern  :err   : [   12.345678] '],
    ['log levels', '<3>[   12.345678] '],
    ['syslog', 'Nov 14 12:56:01 millhouse kernel: [   12.345678] '],
    ['ISO stamps of journald', '2024-11-14T12:56:01.123456+01:00 millhouse kernel: '],
    ['short-monotonic of journald', '[   12.345678] millhouse kernel: '],
    ['records of /dev/kmsg', '3,1203,12345678,-,caller=T72;'],
    ['the quoting of a mail', '> > '],
    ['the quoting of a mail with stamps', '> [   12.345678] '],
    ['a patch that adds it', '+    '],
    ['indentation and stamps', '        [   12.345678][   T72] '],
    ['a CI runner', '2024-11-14T12:56:01.1234567Z [   12.345678] '],
    ['colours', '\x1b[32m[   12.345678] \x1b[0m\x1b[31m'],
    ['a harness that counts seconds', '  3.438 [   12.345678] '],
    ['a harness’s own prefix', 'serial0 | '],
    ['a harness that numbers its lines', '[guest 1] 12:00:01.123 '],
    ['a login prompt without a line end', 'mill login: [   12.345678] '],
    ['NULs', '\0\0[   12.345678] \0'],
  ])('is the same behind %s', (_, prefix) => {
    expect(timeless(prefixed(plainReport, prefix))).toEqual(expected);
  });

  it('is the same behind the numbers of a harness that count on', () => {
    expect(timeless(prefixed(plainReport, (i) => `vm1:${String(i).padStart(4, '0')}> `))).toEqual(expected);
  });

  it('is the same with CRLF, with CR CR LF, and when each line comes twice', () => {
    expect(timeless(plainReport.replaceAll('\n', '\r\n'))).toEqual(expected);
    expect(timeless(plainReport.replaceAll('\n', '\r\r\n'))).toEqual(expected);
    expect(timeless(plainReport.replace(/^.*\n/gm, '$&$&'))).toEqual(expected);
  });

  it('has the time of its title in seconds since boot', () => {
    const text = prefixed(plainReport, (i) => `[${(12 + i / 10).toFixed(6).padStart(12)}] `);
    expect(readConsole(text).reports[0]?.time).toBe(12.1);
    expect(readConsole(prefixed(plainReport, '3,1203,12345678,-;')).reports[0]?.time).toBe(12.345678);
  });

  it('is handed on with its last telling line, not with what follows', () => {
    const upToCpu = plainReport.slice(0, plainReport.indexOf('Hardware name'));
    expect(readConsole(`${upToCpu}more\n${'x\n'.repeat(3)}KTAP version 1\n1..1\nok 1 a\n`).order).toEqual([
      'report',
      'start',
      'a',
      'end',
    ]);
  });

  it('begins behind an unfinished line of user space', () => {
    const text = prefixed(plainReport, '[   12.345678] ').replace(
      '[   12.345678] BUG',
      'login: [   12.345678] BUG',
    );
    expect(readConsole(text).reports).toEqual([{ ...expected[0], time: 12.345678 }]);
  });
});

describe('words of a KCSAN report', () => {
  it.each([
    'read',
    'write (marked)',
    'read-write',
    'read-write (marked, reordered)',
    'write (scoped)',
    'assert no accesses',
    'assert no writes (reordered)',
  ])('%s is an access', (type) => {
    const text = plainReport.replace(/^write to/m, `${type} to`);
    expect(readConsole(text).reports[0]?.accesses[0]?.type).toBe(type);
  });

  it('knows an assertion by its title', () => {
    const text = plainReport.replace('data-race in', 'assert: race in');
    expect(readConsole(text).reports[0]).toMatchObject({
      kind: 'assert',
      title: 'assert: race in mill_read / mill_write',
    });
  });

  it('takes the mask of ASSERT_EXCLUSIVE_BITS', () => {
    const bits = ' bits changed: 0x00000001 with mask 0x0000000f';
    const text = plainReport.replace(/^value changed.*$/m, `$&\n${bits}`);
    expect(readConsole(text).reports[0]?.valueChanged).toEqual({
      old: '0x00000003',
      new: '0x00000002',
      mask: '0x0000000f',
    });
  });

  it('knows a race of unknown origin, in the words of 2019 too', () => {
    const text = `BUG: KCSAN: racing read in mill_read+0x21/0x90

race at unknown origin, with read to 0xffff888104a3f0e8 of 1 bytes by interrupt on cpu 0:
 mill_read+0x21/0x90

Reported by Kernel Concurrency Sanitizer on:
CPU: 0 PID: 0 Comm: swapper/0 Not tainted 5.3.0-rc7+ #2
`;
    expect(readConsole(text).reports).toMatchObject([
      { title: 'racing read in mill_read+0x21/0x90', unknownOrigin: true, accesses: [{ size: 1 }] },
    ]);
  });

  it('takes where a reordered access went', () => {
    const text = plainReport
      .replace(' mill_write+0x5a', '$&')
      .replace(
        ' kthread+0x17a/0x1c0\n',
        ' kthread+0x17a/0x1c0\n  |\n  +-> reordered to: mill_later+0x8/0x10 [mill]\n',
      );
    expect(readConsole(text).reports[0]?.accesses[0]).toMatchObject({
      stack: { length: 3 },
      reorderedTo: { function: 'mill_later', offset: 8, size: 16, module: 'mill' },
    });
  });

  it('reads command names with spaces, taints and wrapped lines of the reporter', () => {
    const reporter = (line: string) =>
      readConsole(plainReport.replace(/^CPU: .*$/m, line)).reports[0]?.reporter;
    expect(
      reporter('CPU: 2 PID: 7 Comm: Web Content Tainted: G        W   E     6.1.0-13-amd64 #1 Debian'),
    ).toEqual({ cpu: 2, pid: 7, comm: 'Web Content', kernel: '6.1.0-13-amd64', taint: 'Tainted: G W E' });
    expect(reporter('CPU: 2 PID: 7 Comm: fio Kdump: loaded Not tainted 6.18.0 #4')).toMatchObject({
      comm: 'fio',
      kernel: '6.18.0',
    });
    expect(reporter('CPU: 2 PID: 7 Comm: ip Not tainted\n5.13.0-rc7-mill-dirty #121')).toMatchObject({
      comm: 'ip',
      kernel: '5.13.0-rc7-mill-dirty',
    });
  });
});

describe('stacks of a KCSAN report', () => {
  function stack(...lines: string[]) {
    const text = plainReport.replace(/^ mill_write[\s\S]*?kthread.*$/m, lines.join('\n'));
    return readConsole(text).reports[0]?.accesses[0]?.stack;
  }

  it('takes syzbot’s inlined frames', () => {
    expect(
      stack(' mill_set drivers/mill/mill.h:12 [inline]', ' mill_write+0x5a/0x110 drivers/mill/mill.c:40'),
    ).toEqual([
      { ...frame('mill_set', null, null), file: 'drivers/mill/mill.h', line: 12, inlined: true },
      { ...frame('mill_write', 0x5a, 0x110), file: 'drivers/mill/mill.c', line: 40 },
    ]);
  });

  it('takes what decode_stacktrace.sh makes of a frame: the function’s own line comes last', () => {
    expect(
      stack(
        'mill_write (./include/linux/list.h:9 (discriminator 3) drivers/mill/mill.c:40) mill ',
        'kthread (??:?)',
      ),
    ).toEqual([
      { ...frame('mill_write', null, null), module: 'mill', file: 'drivers/mill/mill.c', line: 40 },
      frame('kthread', null, null),
    ]);
  });

  it('takes functions alone, unsure frames, build ids and raw addresses', () => {
    expect(
      stack(
        ' mill_write',
        ' ? vprintk_func+0x8d/0x140',
        ' f+0x1/0x2 [mill 0123456789abcdef]',
        ' 0xffffffffc0123456',
      ),
    ).toEqual([
      frame('mill_write', null, null),
      frame('vprintk_func', 0x8d, 0x140),
      { ...frame('f', 1, 2), module: 'mill' },
      frame('0xffffffffc0123456', null, null),
    ]);
  });

  it('keeps frames of a recursion, which look like a doubled line', () => {
    expect(stack(' walk+0x1/0x20', ' walk+0x1/0x20', ' walk+0x1/0x20')).toHaveLength(3);
  });

  it('joins what a mailer wrapped', () => {
    expect(
      stack(
        ' mill_set',
        'drivers/mill/mill.h:12 [inline]',
        ' mill_write+0x5a/0x110',
        'drivers/mill/mill.c:40',
      ),
    ).toMatchObject([
      { function: 'mill_set', file: 'drivers/mill/mill.h', line: 12, inlined: true },
      { function: 'mill_write', file: 'drivers/mill/mill.c', line: 40, inlined: false },
    ]);
  });

  it('takes no prose, no locks and no other message’s stack for frames', () => {
    const locks = [
      '',
      '1 lock held by mill/72:',
      ' #0: ffff888104a3f000 (&dev->lock){+.+.}-{3:3}, at: mill_write+0x20/0x110',
    ];
    const irqs = [
      'hardirqs last  enabled at (7): [<ffffffff8130ce51>] _raw_spin_unlock_irqrestore+0x7d/0xa0',
    ];
    const prose = ['This looks wrong (see mill.c), I think.', 'see drivers/mill/mill.c:12'];
    expect(stack(' mill_write+0x5a/0x110', ...locks, ...irqs, ...prose)).toHaveLength(1);
    expect(stack(' mill_write+0x5a/0x110', 'Call Trace:', ' elsewhere+0x1/0x2')).toHaveLength(1);
  });
});

describe('a report that something happened to', () => {
  it.each([
    ['write to 0xffff888104a3f0e8 of 4 bytes', 'by task 72 on cpu 3:'],
    ['write to', '0xffff888104a3f0e8 of 4 bytes by task 72 on cpu 3:'],
    ['write to 0xffff888104a3f0e8 of 4 bytes by task 72 on cpu', '3:'],
  ])('is whole when a mailer wrapped its access behind "%s"', (...parts) => {
    const text = plainReport.replace(/^write to .*$/m, parts.join('\n'));
    expect(readConsole(text).reports).toEqual(expected);
    const stamped = prefixed(plainReport, '[    4.752139] ').replace(
      /^(.*)write to .*$/m,
      `$1${parts.join('\n')}`,
    );
    const disturbed = stamped.replace(parts[1] ?? '', `$&\n[    4.769781] usbcore: registered new driver`);
    expect(timeless(disturbed)).toEqual(expected);
  });

  it('keeps its accesses when a mailer wrapped its title, and the pair is known from the stacks', () => {
    const text = plainReport.replace('mill_read / mill_write', 'mill_read /\nmill_write');
    expect(readConsole(text).reports).toEqual([{ ...expected[0], title: 'data-race in mill_read /' }]);
  });

  it('is told apart by its caller from one that another CPU prints at the same time', () => {
    const one = prefixed(plainReport, '[    1.000000][   T72] ').split('\n');
    const other = prefixed(plainReport.replaceAll('mill_', 'loom_'), '[    1.000001][    C5] ').split('\n');
    const woven = one.flatMap((line, i) => [line, other[i] ?? '']).join('\n');
    expect(timeless(woven)).toEqual([
      ...timeless(plainReport),
      ...timeless(plainReport.replaceAll('mill_', 'loom_')),
    ]);
  });

  it('is handed on as far as it goes when the log ends', () => {
    const lines = plainReport.split('\n');
    const upTo = (text: string) => `${lines.slice(0, lines.indexOf(text) + 1).join('\n')}\n`;
    expect(readConsole(upTo(' mill_write+0x5a/0x110')).reports).toMatchObject([
      { accesses: [{ stack: [{ function: 'mill_write' }] }], reporter: null },
    ]);
    expect(readConsole('BUG: KCSAN: data-race in mill_read / mill_write').reports).toMatchObject([
      { accesses: [] },
    ]);
  });

  it('is not confused with the next one', () => {
    const cut = plainReport.slice(0, plainReport.indexOf('value changed'));
    const { reports } = readConsole(cut + plainReport);
    expect(reports).toEqual([{ ...expected[0], valueChanged: null, reporter: null }, expected[0]]);
  });

  it('is not made up from a sentence that mentions one', () => {
    expect(readConsole('I saw BUG: KCSAN: data-race in mill_read yesterday.\n').reports).toEqual([]);
    expect(readConsole('Subject: BUG: KCSAN: data-race in mill_read / mill_write\n').reports).toEqual([]);
  });

  it('leaves the panic that follows it to the troubles', () => {
    const { reports, troubles } = readConsole(
      `${plainReport}Kernel panic - not syncing: KCSAN: panic_on_warn set ...\n`,
    );
    expect(reports).toHaveLength(1);
    expect(troubles).toMatchObject([{ kind: 'panic' }]);
  });
});

function frame(name: string, offset: number | null, size: number | null) {
  return { function: name, offset, size, module: null, file: null, line: null, inlined: false };
}
