import { describe, expect, it } from 'vitest';
import { expectedPairs, matchPair } from '../../src/judge/index.js';
import type { RaceReport } from '../../src/report/index.js';
import { access, core, frame, hit, readByTimer, report, video, writeByStreamoff } from './runs.js';

function matches(one: RaceReport, ...pairs: [string, string][]): number | null {
  const tests = pairs.map((functions, index) => ({ name: `t${index}`, title: '', races: [{ functions }] }));
  return matchPair(one, expectedPairs(tests), [core, video]);
}

const timer = 'tw686x_dma_delay';
const disable = 'tw686x_disable_channel';

describe('matchPair', () => {
  it('takes the pair in either order', () => {
    expect(matches(hit, [timer, disable])).toBe(0);
    expect(matches(hit, [disable, timer])).toBe(0);
    expect(matches(report([writeByStreamoff, readByTimer]), [disable, timer])).toBe(0);
  });

  it('does not take one function for both sides', () => {
    expect(matches(hit, [disable, disable])).toBeNull();
    expect(matches(report([writeByStreamoff, writeByStreamoff]), [disable, disable])).toBe(0);
    expect(matches(report([writeByStreamoff, writeByStreamoff]), [disable, timer])).toBeNull();
  });

  it('finds a function that was inlined', () => {
    const inlined = access('read', 'interrupt', [
      frame(timer, `${core}:102`, true),
      frame('test_tw686x_kunit_dma_delay', `${core}:402`),
    ]);
    expect(matches(report([inlined, writeByStreamoff]), [timer, disable])).toBe(0);
  });

  it('finds a function that a helper was called from, inside the sources of the case', () => {
    const helper = access('write', 'task', [
      frame('tw686x_update', `${core}:88`),
      frame(disable, `${core}:133`),
      frame('tw686x_stop_streaming', `${video}:575`),
    ]);
    expect(matches(report([readByTimer, helper]), [timer, disable])).toBe(0);
    expect(matches(report([readByTimer, helper]), [timer, 'tw686x_stop_streaming'])).toBe(0);
  });

  it('does not take what the kernel does on behalf of a function for that function', () => {
    const slab = access('write', 'task', [
      frame('___slab_alloc', 'mm/slub.c:3000'),
      frame(disable, `${core}:133`),
    ]);
    expect(matches(report([readByTimer, slab]), [timer, disable])).toBeNull();
  });

  it('does not walk through frames without a place, nor into the interrupted task', () => {
    const bare = access('write', 'task', [frame('tw686x_update'), frame(disable)]);
    expect(matches(report([readByTimer, bare]), [timer, disable])).toBeNull();
    const nested = access('read', 'interrupt', [
      ...readByTimer.stack,
      frame('asm_sysvec'),
      frame(disable, `${core}:133`),
    ]);
    expect(matches(report([nested, nested]), [timer, disable])).toBeNull();
  });

  it('prefers the pair that is nearest to the access', () => {
    const stop = 'tw686x_stop_streaming';
    expect(matches(hit, [timer, stop], [timer, disable])).toBe(1);
    expect(matches(hit, [timer, stop])).toBe(0);
  });

  it('sees through the names of compiler clones', () => {
    const clone = access('write', 'task', [frame(`${disable}.isra.0`)]);
    expect(matches(report([readByTimer, clone]), [timer, disable])).toBe(0);
  });

  it('never takes a report with one access for a hit', () => {
    expect(matches(report([writeByStreamoff]), [disable, disable])).toBeNull();
  });
});

describe('expectedPairs', () => {
  it('joins the tests that expect the same pair', () => {
    const races = [{ functions: ['b', 'a'] as const }];
    const pairs = expectedPairs([
      { name: 'one', title: '', races },
      {
        name: 'two',
        title: '',
        races: [{ functions: ['a', 'b'] as const }, { functions: ['c', 'c'] as const }],
      },
    ]);
    expect(pairs).toEqual([
      { functions: ['a', 'b'], tests: ['one', 'two'] },
      { functions: ['c', 'c'], tests: ['two'] },
    ]);
  });
});
