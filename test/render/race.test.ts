import { describe, expect, it } from 'vitest';
import { printable, renderRaceReport } from '../../src/render/terminal/index.js';
import type { RaceReport, StackFrame } from '../../src/report/index.js';

function frame(name: string, place: string | null = null, more: Partial<StackFrame> = {}): StackFrame {
  const [file, line] = place === null ? [null, null] : place.split(':');
  return {
    function: name,
    offset: more.inlined ? null : 0x3c,
    size: more.inlined ? null : 0x110,
    module: null,
    file: file ?? null,
    line: line == null ? null : Number(line),
    inlined: false,
    ...more,
  };
}

const core = 'drivers/media/pci/tw686x/tw686x-core.c';
const report: RaceReport = {
  title: 'data-race in test_tw686x_kunit_dma_delay / tw686x_disable_channel',
  kind: 'data-race',
  unknownOrigin: false,
  accesses: [
    {
      type: 'read',
      address: '0xffff8f55021d7910',
      size: 4,
      context: { kind: 'interrupt', pid: null, cpu: 5 },
      stack: [
        frame('tw686x_dma_delay', `${core}:102`, { inlined: true }),
        frame('test_tw686x_kunit_dma_delay', `${core}:402`),
        frame('call_timer_fn', 'kernel/time/timer.c:1794'),
        frame('__run_timers'),
      ],
    },
    {
      type: 'write',
      address: '0xffff8f55021d7910',
      size: 4,
      context: { kind: 'task', pid: 83, cpu: 5 },
      stack: [
        frame('tw686x_disable_channel', `${core}:133`),
        frame('tw686x_stop_streaming', 'drivers/media/pci/tw686x/tw686x-video.c:575'),
        frame('stop_side', 'drivers/media/pci/tw686x/millrace_harness.c:61'),
        frame('side_thread', 'drivers/media/pci/tw686x/millrace_harness.c:91'),
        frame('kthread', 'kernel/kthread.c:389'),
      ],
    },
  ],
  valueChanged: { old: '0x00000003', new: '0x00000002', mask: null },
  time: 2.481093,
  reporter: { cpu: 5, pid: 83, comm: 'millrace/0', kernel: '6.12.117' },
};

const widths = [20, 40, 80, 132];

describe('renderRaceReport', () => {
  it('prints both accesses with their places, down to the harness', () => {
    const text = renderRaceReport(report, {
      columns: 80,
      colour: false,
      isHarness: (one) => one.file?.endsWith('millrace_harness.c') === true,
    });
    expect(text).toMatchInlineSnapshot(`
      "data-race in test_tw686x_kunit_dma_delay / tw686x_disable_channel
        read of 4 bytes at 0xffff8f55021d7910 by interrupt on cpu 5
          tw686x_dma_delay (inlined)   drivers/media/pci/tw686x/tw686x-core.c:102
          test_tw686x_kunit_dma_delay  drivers/media/pci/tw686x/tw686x-core.c:402
          call_timer_fn                kernel/time/timer.c:1794
          __run_timers+0x3c/0x110
        write of 4 bytes at 0xffff8f55021d7910 by task 83 on cpu 5
          tw686x_disable_channel  drivers/media/pci/tw686x/tw686x-core.c:133
          tw686x_stop_streaming   drivers/media/pci/tw686x/tw686x-video.c:575
          stop_side               drivers/media/pci/tw686x/millrace_harness.c:61
          ... 2 more frames
        value changed: 0x00000003 -> 0x00000002
        reported 2.481 s after boot on cpu 5 in millrace/0 (pid 83) kernel 6.12.117"
    `);
  });

  it('counts the frames that it leaves out', () => {
    const text = renderRaceReport(report, { columns: 80, colour: false, maxFrames: 1 });
    expect(text).toContain('    ... 3 more frames');
    expect(text).toContain('    ... 4 more frames');
    expect(renderRaceReport(report, { columns: 80, colour: false, maxFrames: Infinity })).not.toContain(
      'more frame',
    );
  });

  it('keeps offsets where a log has no lines', () => {
    const text = renderRaceReport(report, { columns: 80, colour: false });
    expect(text).toContain('    __run_timers+0x3c/0x110');
  });

  it.each(widths)('has no line longer than %i cells', (columns) => {
    const text = renderRaceReport(report, { columns, colour: false });
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(columns);
  });

  it('lets no control character of a log through', () => {
    const hostile = '\x1b]0;owned\x07\u202e\r\nx\x9b2J';
    const text = renderRaceReport(
      {
        ...report,
        title: hostile,
        accesses: [
          {
            ...(report.accesses[0] ?? expect.fail()),
            type: hostile,
            address: hostile,
            stack: [frame(hostile, `${hostile}:1`)],
          },
        ],
        valueChanged: { old: hostile, new: null, mask: hostile },
        reporter: { cpu: 1, pid: 1, comm: hostile, kernel: hostile },
      },
      { columns: 80, colour: false },
    );
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(text).toContain('\\x1b]0;owned\\x07\\u202e\\x0d\\x0ax\\x9b2J');
  });

  it('says so when only one side is known', () => {
    const text = renderRaceReport(
      { ...report, unknownOrigin: true, accesses: report.accesses.slice(0, 1), valueChanged: null },
      { columns: 80, colour: false },
    );
    expect(text).toContain('race at unknown origin');
    expect(text).not.toContain('value changed');
  });
});

describe('printable', () => {
  it('leaves letters of any script as they are', () => {
    expect(printable('größe 測試 — ok')).toBe('größe 測試 — ok');
  });
});
