// The two cases of bench/kcsan-suite: what both engines are configured by.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadCase } from '../../dist/case/index.js';
import { parseKunitconfig } from '../../dist/kconfig/index.js';

const cases = fileURLToPath(new URL('../kcsan-suite', import.meta.url));

export function suiteCase(config) {
  return loadCase(join(cases, config));
}

/** The text of a configuration, and its symbols without `CONFIG_` with their values. */
export function suiteFragment(config) {
  const path = join(cases, config, 'kunitconfig');
  const text = readFileSync(path, 'utf8');
  const lines = parseKunitconfig(text, path);
  return {
    text,
    values: new Map(lines.map(({ symbol, value }) => [symbol.replace(/^CONFIG_/, ''), value])),
  };
}

/** How a case of the suite is named in results: `test_basic 2`, `test_barrier_nothreads`. */
export function caseKey(name, threads) {
  return threads === null ? name : `${name} ${threads}`;
}

/** The tests of selftest.c. */
export const selftests = ['test_encode_decode', 'test_matching_access', 'test_barrier'];
