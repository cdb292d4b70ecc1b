// How two sides got in each other's way, read off the steps of an execution.
import { describe, expect, it } from 'vitest';
import type { ReplayStep } from '../../src/model/replay/index.js';
import { conflictsIn } from '../../src/model/run/conflicts.js';

/** `1 read 100 3`: context, what, address, value. */
function steps(...lines: string[]): ReplayStep[] {
  return lines.map((line, site) => {
    const [context = '', does = '', address = '', value = ''] = line.split(' ');
    return {
      context: Number(context),
      site,
      event: { kind: 'access', access: does as 'read', how: 'plain' },
      address: Number(address),
      size: 4,
      value,
      concurrent: true,
      calls: null,
      locks: [],
    };
  });
}
const kindsIn = (all: readonly ReplayStep[], compound: readonly number[] = []) =>
  conflictsIn(all, ({ site }) => compound.includes(site)).map(({ kind }) => kind);

describe('a lost update', () => {
  it('is a write that another writes over, having read before it', () => {
    const all = steps('1 read 100 3', '2 write 100 2', '1 write 100 0');
    const [conflict] = conflictsIn(all, () => false);
    expect(conflict).toMatchObject({ kind: 'lost-update', seen: '3', lost: all[1], overwrites: all[2] });
  });

  it('is one too when the read and the write are one access, whose read came where its context went on', () => {
    const all = steps('1 write 100 3', '1 read 200 7', '2 write 100 2', '1 write 100 1');
    expect(kindsIn(all, [3])).toEqual(['lost-update']);
    expect(kindsIn(all)).toEqual([]);
  });

  it('is none when the writer has seen the value that it replaces, or when nothing changed', () => {
    expect(kindsIn(steps('2 write 100 2', '1 read 100 2', '1 write 100 0'))).toEqual([]);
    expect(kindsIn(steps('1 read 100 3', '2 write 100 3', '1 write 100 0'))).toEqual([]);
    expect(kindsIn(steps('1 read 100 3', '2 write 100 2', '1 read 100 2', '1 write 100 0'))).toEqual([]);
  });
});

describe('a torn pair', () => {
  it('is the new value of one field with the old value of the other', () => {
    const all = steps('2 write 100 2', '1 read 100 2', '1 read 104 9', '2 write 104 8');
    expect(kindsIn(all)).toEqual(['torn-pair']);
  });

  it('is none when both are old, both are new, or far apart', () => {
    expect(kindsIn(steps('1 read 100 1', '1 read 104 9', '2 write 100 2', '2 write 104 8'))).toEqual([]);
    expect(kindsIn(steps('2 write 100 2', '2 write 104 8', '1 read 100 2', '1 read 104 8'))).toEqual([]);
    expect(kindsIn(steps('2 write 100 2', '1 read 100 2', '1 read 900 9', '2 write 900 8'))).toEqual([]);
  });
});
