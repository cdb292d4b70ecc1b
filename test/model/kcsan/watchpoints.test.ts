// Watchpoints and settings by themselves: kernel/kcsan/selftest.c and lib/Kconfig.kcsan, v6.12.117, say what must hold.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accessTypeWords,
  decodeWatchpoint,
  defaultKcsanSettings,
  encodeWatchpoint,
  kcsanConfigLines,
  kcsanSettings,
  matchingAccess,
  maxEncodableSize,
  slotRange,
  WatchpointTable,
} from '../../../src/model/detect/kcsan/index.js';

const access = {
  address: fc.integer({ min: slotRange, max: 2 ** 32 - 1 }),
  size: fc.integer({ min: 1, max: maxEncodableSize }),
  write: fc.boolean(),
};

describe('watchpoints', () => {
  it('are decoded to what was encoded', () => {
    fc.assert(
      fc.property(access.address, access.size, access.write, (address, size, write) => {
        expect(decodeWatchpoint(encodeWatchpoint(address, size, write))).toEqual({ address, size, write });
      }),
    );
  });

  it('match what has a byte in common with them', () => {
    expect(matchingAccess(10, 1, 10, 1)).toBe(true);
    expect(matchingAccess(10, 2, 11, 1)).toBe(true);
    expect(matchingAccess(10, 1, 9, 2)).toBe(true);
    expect(matchingAccess(10, 1, 11, 1)).toBe(false);
    expect(matchingAccess(9, 1, 10, 1)).toBe(false);
    expect(matchingAccess(8, 8, 12, 0)).toBe(true);
  });

  it('are found by an access that overlaps them, across the edge of a slot too', () => {
    fc.assert(
      fc.property(
        access.address,
        fc.integer({ min: 1, max: slotRange }),
        fc.integer({ min: 0, max: slotRange - 1 }),
        (address, size, offset) => {
          // What begins in the last slot and ends in the first is missed, as in a kernel.
          fc.pre(Math.floor(address / slotRange) % 64 !== 63);
          const table = new WatchpointTable(64);
          const index = table.insert(address, size, true);
          expect(table.find(address + Math.min(offset, size - 1), 1, true)).toBe(index);
          expect(table.find(address + size, 1, true)).toBe(-1);
        },
      ),
    );
  });

  it('of reads are nothing to reads', () => {
    const table = new WatchpointTable(64);
    table.insert(slotRange, 4, false);
    expect(table.find(slotRange, 4, true)).toBe(-1);
    expect(table.find(slotRange, 4, false)).toBeGreaterThanOrEqual(0);
  });

  it('take a slot beside their own when that is taken, and then there is no capacity', () => {
    const table = new WatchpointTable(64);
    const indices = [0, 8, 16, 24].map((offset) => table.insert(slotRange * 9 + offset, 4, true));
    expect(indices).toEqual([10, 11, 9, -1]);
    expect(table.find(slotRange * 9 + 16, 4, true)).toBe(9);
  });

  it('are to be had again once they are removed, and not while consumed', () => {
    const table = new WatchpointTable(3);
    const index = table.insert(slotRange, 4, true);
    table.consume(index);
    expect(table.find(slotRange, 4, true)).toBe(-1);
    expect(table.insert(slotRange, 4, true)).not.toBe(index);
    table.remove(index);
    expect(table.insert(slotRange, 4, true)).toBe(index);
  });
});

describe('access types', () => {
  it('have the words of get_access_type()', () => {
    const words = [0, 4, 1, 5, 3, 7, 16, 20, 17, 21, 19, 23, 8, 9, 24, 25].map(accessTypeWords);
    expect(words).toEqual([
      'read',
      'read (marked)',
      'write',
      'write (marked)',
      'read-write',
      'read-write (marked)',
      'read (reordered)',
      'read (marked, reordered)',
      'write (reordered)',
      'write (marked, reordered)',
      'read-write (reordered)',
      'read-write (marked, reordered)',
      'assert no writes',
      'assert no accesses',
      'assert no writes (reordered)',
      'assert no accesses (reordered)',
    ]);
  });
});

describe('settings', () => {
  it('are read off a configuration and written as one', () => {
    const values = new Map(
      kcsanConfigLines(defaultKcsanSettings).map((line) => {
        const [, unset] = /^# CONFIG_(\w+) is not set$/.exec(line) ?? [];
        const [, name, value] = /^CONFIG_(\w+)=(.*)$/.exec(line) ?? [];
        return [unset ?? name ?? '', { value: value ?? 'n' }] as const;
      }),
    );
    expect(kcsanSettings(values)).toEqual(defaultKcsanSettings);
  });

  it('of fewer watchpoints than an access looks at are refused', () => {
    expect(() => kcsanSettings(new Map([['KCSAN_NUM_WATCHPOINTS', { value: '2' }]]))).toThrow(
      /3 is the least/,
    );
  });
});
