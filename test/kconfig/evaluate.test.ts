import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { autoconfHeader, dotConfig, evaluateKconfig, parseKconfig } from '../../src/kconfig/index.js';

const folder = join(import.meta.dirname, 'fixtures');

function readFixture(path: string): string | null {
  try {
    return readFileSync(join(folder, path), 'utf8');
  } catch {
    return null;
  }
}

const symbols = parseKconfig('Kconfig', readFixture, { SRCARCH: 'test' });

/** Lines of a `.config` as what a user set. */
function settings(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, name, value] = /^CONFIG_(\w+)=(.*)$/.exec(line) ?? [];
    const [, unset] = /^# CONFIG_(\w+) is not set$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) values.set(name, value);
    else if (unset !== undefined) values.set(unset, 'n');
  }
  return values;
}

/** Values of a Kconfig text with one file. */
function valuesOf(text: string, user: Readonly<Record<string, string>> = {}): string {
  const parsed = parseKconfig('Kconfig', (path) => (path === 'Kconfig' ? text : null), {});
  return dotConfig(evaluateKconfig(parsed, new Map(Object.entries(user))));
}

describe('the Kconfig evaluator', () => {
  const fragments = readdirSync(folder).filter((name) => name.endsWith('.fragment'));

  it.each(fragments)('makes of %s what the kernel’s own conf makes of it', (name) => {
    const user = settings(readFileSync(join(folder, name), 'utf8'));
    const expected = readFileSync(join(folder, name.replace('.fragment', '.expected')), 'utf8');
    expect(dotConfig(evaluateKconfig(symbols, user))).toBe(expected);
  });

  it('keeps a configuration that it made, whatever was set at first', () => {
    const value = fc.constantFrom('y', 'm', 'n', '12', '400', '0x20', '"text"');
    const user = fc.dictionary(fc.constantFrom(...symbols.keys()), value);
    fc.assert(
      fc.property(user, (set) => {
        const first = dotConfig(evaluateKconfig(symbols, new Map(Object.entries(set))));
        expect(dotConfig(evaluateKconfig(symbols, settings(first)))).toBe(first);
      }),
    );
  });

  it('sets what is selected although its own dependencies are not met', () => {
    const text =
      'config A\n\tbool "A"\n\tselect B\nconfig B\n\tbool "B"\n\tdepends on C\nconfig C\n\tbool "C"\n';
    expect(valuesOf(text, { A: 'y' })).toBe('CONFIG_A=y\nCONFIG_B=y\n# CONFIG_C is not set\n');
  });

  it('does not let an implied symbol past its dependencies', () => {
    const text = 'config A\n\tbool "A"\n\timply B\nconfig B\n\tbool\n\tdepends on C\nconfig C\n\tbool "C"\n';
    expect(valuesOf(text, { A: 'y' })).not.toContain('CONFIG_B=y');
    expect(valuesOf(text, { A: 'y', C: 'y' })).toContain('CONFIG_B=y');
  });

  it('compares numbers as numbers', () => {
    const text =
      'config N\n\tint "N"\n\tdefault 9\nconfig LARGE\n\tdef_bool N > 10\nconfig SMALL\n\tdef_bool N < 10\n';
    expect(valuesOf(text)).toContain('CONFIG_SMALL=y');
    expect(valuesOf(text)).not.toContain('CONFIG_LARGE=y');
  });

  it('ends where symbols depend on each other in a circle', () => {
    const text = 'config A\n\tbool "A"\n\tdepends on B\nconfig B\n\tbool "B"\n\tdepends on A\n';
    expect(valuesOf(text, { A: 'y', B: 'y' })).toBe('');
  });

  it('answers with no to what it cannot ask of a shell', () => {
    expect(valuesOf('config A\n\tdef_bool $(shell,echo y)\n')).not.toContain('CONFIG_A=y');
  });

  it('names a sourced file that is not there', () => {
    expect(() => valuesOf('source "lib/Kconfig"\n')).toThrow('the kernel tree has no lib/Kconfig');
  });

  it('writes the header that the preprocessor reads', () => {
    const user = new Map([
      ['BUS', 'm'],
      ['MODULES', 'y'],
      ['NAME', '"a \\"b\\""'],
    ]);
    const lines = autoconfHeader(evaluateKconfig(symbols, user)).split('\n');
    expect(lines).toContain('#define CONFIG_BUS_MODULE 1');
    expect(lines).toContain('#define CONFIG_MODULES 1');
    expect(lines).toContain('#define CONFIG_BUS_BASE 0xfe00');
    expect(lines).toContain('#define CONFIG_NAME "a \\"b\\""');
    expect(lines.join('\n')).not.toContain('FREQ_100');
  });
});
