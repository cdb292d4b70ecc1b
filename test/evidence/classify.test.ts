// The rule that locks suggest, and what a race is by it: a marking never where a lock is missing.
import { describe, expect, it } from 'vitest';
import { classify } from '../../src/evidence/classify.js';
import type { AccessEvidence, TestHarms } from '../../src/evidence/index.js';
import { lockRule } from '../../src/evidence/lock-rule.js';
import { lockRuleText, suggestionText } from '../../src/words/index.js';

const lock = { name: 'dev->lock', kind: 'spinlock' };

function access(line: number, more: Partial<AccessEvidence> = {}): AccessEvidence {
  return {
    function: `f${line}`,
    file: 'drivers/foo.c',
    line,
    from: null,
    path: [`f${line}`],
    access: 'read',
    marked: false,
    by: [],
    concurrent: true,
    locks: [],
    sometimes: [],
    races: true,
    ...more,
  };
}
const locked = (line: number, more: Partial<AccessEvidence> = {}) => access(line, { locks: [lock], ...more });

function judged(
  accesses: readonly AccessEvidence[],
  more: { harms?: TestHarms[]; isHarmless?: boolean } = {},
) {
  const rule = lockRule('pending', accesses);
  return classify({ name: 'pending', accesses, rule, harms: [], isHarmless: true, ...more });
}

const harm: TestHarms = { test: 't', invariants: 1, others: 0, outcomes: 2, kinds: [] };

function ruleText(name: string, accesses: readonly AccessEvidence[]): string | null {
  const rule = lockRule(name, accesses);
  return rule === null ? null : lockRuleText(rule);
}

describe('the rule that the locks suggest', () => {
  it('names the path that does not follow it', () => {
    const five = [1, 2, 3, 4, 5].map((line) => locked(line));
    const out = access(6, { function: 'tw686x_disable_channel', from: 'tw686x_stop_streaming' });
    expect(ruleText('pending_dma_en', [...five, out])).toBe(
      '5 of 6 accesses to `pending_dma_en` hold `dev->lock`; `tw686x_disable_channel` from `tw686x_stop_streaming` does not',
    );
  });

  it('is that of the accesses that others can meet: setup needs no lock', () => {
    const rule = ruleText('pending', [locked(1), locked(2), access(3, { concurrent: false })]);
    expect(rule).toBe('All 2 accesses to `pending` hold `dev->lock`');
  });

  it('counts a lock that is held at times only as not held', () => {
    expect(lockRule('pending', [locked(1), access(2, { sometimes: [lock] })])?.holding).toBe(1);
  });

  it('is none where nobody holds a lock; a read section of RCU keeps nobody out', () => {
    const inRcu = access(1, { locks: [{ name: 'RCU', kind: 'RCU' }] });
    expect(lockRule('pending', [inRcu, access(2)])).toBe(null);
  });
});

describe('what a race is', () => {
  const kinds = (accesses: readonly AccessEvidence[], more = {}) => {
    const { kind, suggestions } = judged(accesses, more);
    return [kind, ...suggestions.map(({ says }) => says)];
  };

  it('a write without the lock that others hold is a bug, and the lock is what it lacks', () => {
    expect(kinds([locked(1), access(2, { access: 'write' })])).toEqual(['bug', 'hold-lock']);
  });

  it('a read without the lock of all writers may be meant: no marking, but an assertion that KCSAN checks', () => {
    const accesses = [locked(1, { access: 'write' }), access(2)];
    expect(kinds(accesses)).toEqual(['open', 'hold-lock', 'assert-exclusive']);
    expect(kinds(accesses, { harms: [harm], isHarmless: false })).toEqual(['bug', 'hold-lock']);
  });

  it('without locks and without harm in any interleaving a marking is all that is missing', () => {
    const { kind, suggestions } = judged([access(1), access(2, { access: 'write' })]);
    expect(kind).toBe('marking');
    expect(suggestions).toEqual([
      {
        says: 'add-marking',
        variable: 'pending',
        reads: ['drivers/foo.c:1'],
        writes: ['drivers/foo.c:2'],
      },
    ]);
    expect(suggestions.map(suggestionText)).toEqual([
      'If `pending` is meant to be accessed concurrently: READ_ONCE() at foo.c:1 and WRITE_ONCE() at foo.c:2.',
    ]);
  });

  it.each([
    [
      'it does harm and no lock is known',
      [access(1), access(2)],
      { harms: [harm], isHarmless: false },
      'bug',
    ],
    ['not all interleavings were run', [access(1), access(2)], { isHarmless: false }, 'open'],
    ['an update is no single access', [access(1, { access: 'read-write' }), access(2)], {}, 'open'],
    ['all hold a lock and race nonetheless', [locked(1), locked(2, { access: 'write' })], {}, 'open'],
    ['a lock is held at times only', [access(1, { sometimes: [lock] }), access(2)], {}, 'open'],
    ['only reports are known', [], { isHarmless: false }, 'open'],
  ] as const)('proposes nothing where %s', (_, accesses, more, kind) => {
    expect(kinds(accesses, more)).toEqual([kind]);
  });
});
