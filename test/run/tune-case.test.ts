// What `millrace tune` makes of samples: an order, intervals, a chart.
import { describe, expect, it } from 'vitest';
import type { TuneSample } from '../../src/model/index.js';
import { tunePlot } from '../../src/render/svg/index.js';
import { renderTuneResult } from '../../src/render/terminal/index.js';
import { rankSamples } from '../../src/run/index.js';

const settings = { skipWatch: 100, udelayTask: 80, udelayInterrupt: 20, interruptWatcher: true, cpus: 4 };
const samples: TuneSample[] = [
  { test: 'a', settings: { ...settings, skipWatch: 4000 }, executions: 1000, hits: 0, virtualTime: 1e9 },
  { test: 'a', settings, executions: 1000, hits: 20, virtualTime: 2e9 },
  { test: 'a', settings: { ...settings, cpus: 1 }, executions: 500, hits: 5, virtualTime: 1e9 },
];
const result = {
  case: 'some-case',
  tree: '6.12.117',
  compiler: 'clang',
  program: '00000000',
  settings: [],
  seed: 1,
  cutShort: false,
  points: rankSamples(samples),
};

describe('tuning', () => {
  it('puts the best chance first, with exact intervals', () => {
    const [best, second, worst] = result.points;
    expect(best?.perThousand.value).toBe(20);
    // Clopper and Pearson for 20 of 1000, and for 0 of 1000.
    expect(best?.perThousand.low).toBeCloseTo(12.26, 2);
    expect(best?.perThousand.high).toBeCloseTo(30.72, 2);
    expect(second?.toFirst.value).toBe(100);
    expect(worst?.perThousand.high).toBeCloseTo(3.68, 2);
    expect(worst?.toFirst).toEqual({ value: null, low: expect.closeTo(271.6, 0), high: null });
  });

  it('prints a table in 80 columns', () => {
    expect(renderTuneResult(result, { columns: 80, colour: false, top: 2 })).toMatchInlineSnapshot(`
      "some-case on Linux 6.12.117: chance of a KCSAN report

      a, best 2 of 3 settings
        SKIP  UDELAY  INTR  CPUS  IN 1000 (95 %)  EXECUTIONS TO FIRST (95 %)
         100   80/20  y        4  20 (12.3-30.7)                  50 (33-82)
         100   80/20  y        1   10 (3.3-23.2)                100 (43-307)

      Limits
        - A sample of executions in virtual time: docs/kcsan.md says how far such a
          prediction goes."
    `);
  });

  it('draws each point with its interval', () => {
    const svg = tunePlot(result, 'a');
    expect(svg).toMatch(/^<\?xml .*\n<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(svg.match(/<circle/g)).toHaveLength(3);
    expect(svg).toContain('CONFIG_KCSAN_SKIP_WATCH (some-case, a)');
  });
});
