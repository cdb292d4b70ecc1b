import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputErrors } from '../../src/base/index.js';
import {
  formatKunitconfig,
  type KconfigLine,
  mergeKunitconfigs,
  parseKunitconfig,
} from '../../src/kconfig/index.js';

const parse = (text: string) => parseKunitconfig(text, 'kunitconfig');
const pairs = (lines: readonly KconfigLine[]) => lines.map(({ symbol, value }) => [symbol, value]);

function problemsOf(text: string): readonly string[] {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof InputErrors)
      return error.problems.map(({ at, message }) => `${at?.file}:${at?.line}: ${message}`);
    throw error;
  }
  return [];
}

describe('a Kconfig fragment', () => {
  test('gives each setting with its line', () => {
    const text =
      '# KCSAN\nCONFIG_KCSAN=y\n\n# CONFIG_KCSAN_DELAY_RANDOMIZE is not set\nCONFIG_FOO=m\r\nCONFIG_N=n\nCONFIG_A=0x1F\nCONFIG_B=-3\nCONFIG_S="a \\"b\\" \\\\"';
    expect(parse(text)).toEqual([
      { symbol: 'CONFIG_KCSAN', value: 'y', line: 2 },
      { symbol: 'CONFIG_KCSAN_DELAY_RANDOMIZE', value: 'n', line: 4 },
      { symbol: 'CONFIG_FOO', value: 'm', line: 5 },
      { symbol: 'CONFIG_N', value: 'n', line: 6 },
      { symbol: 'CONFIG_A', value: '0x1F', line: 7 },
      { symbol: 'CONFIG_B', value: '-3', line: 8 },
      { symbol: 'CONFIG_S', value: '"a \\"b\\" \\\\"', line: 9 },
    ]);
  });

  test('takes prose about a symbol as the comment that it is', () => {
    expect(parse('# CONFIG_FOO is not set by default\n# CONFIG_FOO=y\n')).toEqual([]);
  });

  test('may say the same twice, and not the opposite', () => {
    expect(pairs(parse('CONFIG_A=y\nCONFIG_A=y\n'))).toEqual([['CONFIG_A', 'y']]);
    expect(problemsOf('CONFIG_A=y\nCONFIG_B=y\n# CONFIG_A is not set\n')).toEqual([
      'kunitconfig:3: CONFIG_A is n here and y in line 1',
    ]);
  });

  test('has every wrong line named', () => {
    expect(problemsOf('CONFIG_A=Y\nA=y\nCONFIG_A = y\nCONFIG_B=\n<<<<<<< HEAD\nCONFIG_C="a\n')).toEqual([
      'kunitconfig:1: CONFIG_A has no value that Kconfig knows: Y',
      'kunitconfig:2: not a Kconfig line: A=y',
      'kunitconfig:3: not a Kconfig line: CONFIG_A = y',
      'kunitconfig:4: CONFIG_B has no value that Kconfig knows: (nothing)',
      'kunitconfig:5: not a Kconfig line: <<<<<<< HEAD',
      'kunitconfig:6: CONFIG_C has no value that Kconfig knows: "a',
    ]);
  });

  test('merged with another keeps the order and takes the later value', () => {
    const merged = mergeKunitconfigs(parse('CONFIG_A=y\nCONFIG_B=1\n'), parse('CONFIG_B=2\nCONFIG_C=y\n'));
    expect(pairs(merged)).toEqual([
      ['CONFIG_A', 'y'],
      ['CONFIG_B', '2'],
      ['CONFIG_C', 'y'],
    ]);
  });

  test('written out and parsed again is the same', () => {
    const value = fc.oneof(
      fc.constantFrom('y', 'm', 'n', '0x10', '-1'),
      fc.nat().map(String),
      fc.stringMatching(/^[ -!#-[\]-~]*$/).map((text) => `"${text}"`),
    );
    const setting = fc.record({ symbol: fc.stringMatching(/^CONFIG_[A-Z0-9_]+$/), value });
    const settings = fc.uniqueArray(setting, { selector: ({ symbol }) => symbol });
    fc.assert(
      fc.property(settings, (lines) => {
        expect(pairs(parse(formatKunitconfig(lines)))).toEqual(
          lines.map((line) => [line.symbol, line.value]),
        );
      }),
    );
  });
});
