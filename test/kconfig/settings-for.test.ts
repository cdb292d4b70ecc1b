// Which settings make a symbol y.
import { expect, test } from 'vitest';
import { parseKconfig, settingsFor } from '../../src/kconfig/index.js';

function settings(kconfig: string, wanted: string, base: Record<string, string> = {}) {
  const symbols = parseKconfig('Kconfig', (path) => (path === 'Kconfig' ? kconfig : null), {});
  const found = settingsFor(symbols, [wanted], new Map(Object.entries(base)));
  return [[...found.settings].map(([name, value]) => `${name}=${value}`).join(' '), found.unmet];
}

test('what a symbol depends on comes before it, menus included', () => {
  const text =
    'menuconfig BUS\n\tbool "b"\nif BUS\nconfig LIB\n\tbool "l"\nconfig DRV\n\ttristate "d"\n\tdepends on LIB\nendif\n';
  expect(settings(text, 'DRV')).toEqual(['BUS=y LIB=y DRV=y', []]);
});

test('a symbol that nobody may set is had through one that selects it', () => {
  const text =
    'config LIB\n\tbool\nconfig USER\n\tbool "u"\n\tselect LIB\nconfig DRV\n\tbool "d"\n\tdepends on LIB\n';
  expect(settings(text, 'DRV')).toEqual(['USER=y DRV=y', []]);
});

test('of two ways the shorter is taken, and what is set already is not set again', () => {
  const text =
    'config A\n\tbool "a"\n\tdepends on B\nconfig B\n\tbool "b"\nconfig C\n\tbool "c"\nconfig DRV\n\tbool "d"\n\tdepends on A || C\n';
  expect(settings(text, 'DRV')).toEqual(['C=y DRV=y', []]);
  expect(settings(text, 'DRV', { A: 'y', B: 'y' })).toEqual(['DRV=y', []]);
});

test('what is in the way is switched off', () => {
  const text = 'config OLD\n\tbool "o"\n\tdefault y\nconfig DRV\n\tbool "d"\n\tdepends on !OLD\n';
  expect(settings(text, 'DRV', { OLD: 'y' })).toEqual(['OLD=n DRV=y', []]);
});

test('what cannot be had is said, in a circle as well', () => {
  const text =
    'config A\n\tbool "a"\n\tdepends on B\nconfig B\n\tbool "b"\n\tdepends on A\nconfig DRV\n\tbool "d"\n\tdepends on A\n';
  expect(settings(text, 'DRV')[1]).toEqual(['DRV']);
  expect(settings(text, 'NO_SUCH')[1]).toEqual(['NO_SUCH']);
});
