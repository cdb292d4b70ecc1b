// Reports as a kernel could print them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Access, RaceReport, StackFrame } from '../../src/report/index.js';

const hexDigits = (digits: number) =>
  fc
    .bigInt({ min: 0n, max: (1n << BigInt(digits * 4)) - 1n })
    .map((value) => `0x${value.toString(16).padStart(digits, '0')}`);

const symbol = fc
  .tuple(
    fc.constantFrom('mill', 'loom', '__se_sys', 'read', 'kcsan_test', 'rcu', '_RNvCsweave', 'x64'),
    fc.constantFrom('_write', '_read', '_of', '_by_task', '_timer'),
    fc.constantFrom('', '.isra.0', '.constprop.0', '.part.0.cold', '.llvm.123'),
  )
  .map((parts) => parts.join(''));

const module = fc.constantFrom('mill', 'tw686x', 'snd-hda', 'snd_hda_intel');

const plainFrame: fc.Arbitrary<StackFrame> = fc
  .record({
    function: symbol,
    offset: fc.integer({ min: 0, max: 0xffff }),
    size: fc.integer({ min: 0, max: 0xffff }),
    module: fc.option(module, { nil: null, freq: 3 }),
    place: fc.option(
      fc.tuple(fc.constantFrom('mm/slub.c', 'include/linux/list.h'), fc.integer({ min: 1, max: 9999 })),
    ),
  })
  .map(({ place, ...frame }) => ({
    ...frame,
    file: place?.[0] ?? null,
    line: place?.[1] ?? null,
    inlined: false,
  }));

const inlinedFrame: fc.Arbitrary<StackFrame> = fc
  .record({ function: symbol, line: fc.integer({ min: 1, max: 9999 }) })
  .map((frame) => ({ ...frame, offset: null, size: null, module: null, file: 'kernel/a.c', inlined: true }));

const stack = fc
  .array(fc.oneof({ weight: 4, arbitrary: plainFrame }, { weight: 1, arbitrary: inlinedFrame }), {
    minLength: 1,
    maxLength: 12,
  })
  .map(withoutNeighbours);

const type = fc.constantFrom(
  'read',
  'read (marked)',
  'write',
  'write (reordered)',
  'read-write',
  'read-write (marked, reordered)',
  'write (scoped)',
  'assert no accesses',
  'assert no writes (reordered)',
);

const access: fc.Arbitrary<Access> = fc
  .record({
    type,
    address: hexDigits(16),
    size: fc.constantFrom(1, 2, 4, 8),
    context: fc.record({ pid: fc.option(fc.nat(99999), { nil: null }), cpu: fc.nat(255) }),
    stack,
    reorderedTo: fc.option(plainFrame, { nil: undefined, freq: 5 }),
  })
  .map(({ context: { pid, cpu }, reorderedTo, ...rest }) => ({
    ...rest,
    context: { kind: pid === null ? ('interrupt' as const) : ('task' as const), pid, cpu },
    ...(reorderedTo === undefined ? {} : { reorderedTo }),
  }));

/** Any report that print_report() can print. */
export const raceReport: fc.Arbitrary<RaceReport> = fc
  .record({
    pair: fc.tuple(symbol, symbol),
    isAssert: fc.boolean(),
    accesses: fc.tuple(access, fc.option(access, { nil: undefined })),
    values: fc.option(fc.tuple(hexDigits(16), hexDigits(16), fc.option(hexDigits(16), { nil: null })), {
      nil: null,
    }),
    reporter: fc.record({
      cpu: fc.nat(255),
      pid: fc.nat(99999),
      comm: fc.constantFrom('kunit_try_catch', 'Web Content', 'swapper/5', 'kworker/u8:3', '0x562a1c2ab3d0-'),
      kernel: fc.constantFrom('6.12.117', '5.3.0+', '6.6.0-rc2-kcsan-00143-gb5cbe7c00aa0'),
      taint: fc.constantFrom('Not tainted', 'Tainted: G W', 'Tainted: G W E N'),
    }),
  })
  // Two accesses with the same header would be one whose line was doubled; a CPU cannot race with itself like that.
  .filter(
    ({ accesses: [a, b] }) =>
      b === undefined || JSON.stringify({ ...a, stack: [] }) !== JSON.stringify({ ...b, stack: [] }),
  )
  .map(({ pair: [a, b], isAssert, accesses: [one, other], values, reporter }) => {
    const what = isAssert ? 'assert: race' : 'data-race';
    return {
      title: other === undefined ? `${what} in ${a}+0x1/0x20` : `${what} in ${[a, b].sort().join(' / ')}`,
      kind: isAssert ? ('assert' as const) : ('data-race' as const),
      unknownOrigin: other === undefined,
      accesses: other === undefined ? [one] : [one, other],
      valueChanged: values === null ? null : { old: values[0], new: values[1], mask: values[2] },
      time: null,
      reporter,
    };
  });

/** Without frames that repeat the one before: in a doubled log those cannot be told from the doubling. */
function withoutNeighbours(frames: readonly StackFrame[]): StackFrame[] {
  return frames.filter((frame, i) => JSON.stringify(frame) !== JSON.stringify(frames[i - 1]));
}

const kernelReports = join(import.meta.dirname, 'kernel-reports');

/** The lines of reports of every kind. */
export const kernelReportLines: readonly string[] = readdirSync(kernelReports).flatMap((file) =>
  readFileSync(join(kernelReports, file), 'utf8').split('\n'),
);

const functions = fc.array(symbol, { minLength: 1, maxLength: 8 });

/** What KASAN can print of a use after free, and what a reader finds in it. */
export const kasanReport = fc
  .record({
    isWrite: fc.boolean(),
    size: fc.constantFrom(1, 2, 4, 8, 13),
    address: hexDigits(16),
    task: fc.constantFrom('loom', 'kworker/u8:3', 'Web Content', 'irq/151-hisi_sa'),
    pid: fc.nat(99999),
    cpu: fc.nat(255),
    cache: fc.constantFrom('kmalloc-64', 'dma-kmalloc-1k', 'bfq_queue', 'sock_inode_cache'),
    objectSize: fc.integer({ min: 8, max: 8192 }),
    offset: fc.nat(8191),
    access: functions,
    alloc: fc.tuple(fc.nat(99999), functions),
    free: fc.tuple(fc.nat(99999), functions),
    later: fc.option(functions, { nil: undefined }),
  })
  .map(
    ({ isWrite, size, address, task, pid, cpu, cache, objectSize, offset, access, alloc, free, later }) => {
      const frames = (names: readonly string[]) => names.map((name, i) => ` ${name}+0x${i}1/0x${i + 1}00`);
      const title = `BUG: KASAN: slab-use-after-free in ${access[0]}+0x1/0x100`;
      const digits = address.slice(2);
      const text = [
        '='.repeat(66),
        title,
        `${isWrite ? 'Write' : 'Read'} of size ${size} at addr ${digits} by task ${task}/${pid}`,
        '',
        `CPU: ${cpu} UID: 0 PID: ${pid} Comm: ${task} Not tainted 6.12.117 #1`,
        'Call Trace:',
        ' <TASK>',
        ...frames(access),
        ' </TASK>',
        '',
        `Allocated by task ${alloc[0]}:`,
        ...frames(alloc[1]),
        '',
        `Freed by task ${free[0]}:`,
        ...frames(free[1]),
        '',
        ...(later === undefined ? [] : ['Last potentially related work creation:', ...frames(later), '']),
        `The buggy address belongs to the object at ${digits}`,
        ` which belongs to the cache ${cache} of size ${objectSize}`,
        `The buggy address is located ${offset} bytes inside of`,
        ` freed ${objectSize}-byte region [${digits}, ${digits})`,
        '='.repeat(66),
      ].join('\n');
      const found = {
        kind: 'kasan-uaf' as const,
        title,
        access: { type: isWrite ? 'write' : 'read', size, address: digits, task, pid, cpu },
        object: { cache, size: objectSize, offset, where: 'inside' },
        stacks: [
          { label: 'access', pid: null, stack: access },
          { label: 'alloc', pid: alloc[0], stack: alloc[1] },
          { label: 'free', pid: free[0], stack: free[1] },
          ...(later === undefined ? [] : [{ label: 'work-creation', pid: null, stack: later }]),
        ],
      };
      return { text, found };
    },
  );
