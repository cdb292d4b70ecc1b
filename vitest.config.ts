import { defineConfig } from 'vitest/config';
import { reporters } from './vitest.reporters.js';

export default defineConfig({
  test: {
    ...reporters(),
    include: ['test/**/*.test.ts'],
    exclude: [
      'test/e2e/kernel/**',
      'test/package/**',
      'test/campaign/{kill,hosts}.test.ts',
      'test/model/kernel/**',
      'test/model/compile/kernel-tree.test.ts',
      'test/model/run/vb2-case.test.ts',
      'test/scaffold/*-case.test.ts',
      'test/corpus/litmus.test.ts',
      'node_modules/**',
    ],
    // The default leaves one core to Vitest, which needs none: of two, half would idle.
    maxWorkers: '100%',
    // A net for what hangs, and no limit that a slow machine could reach.
    testTimeout: 20 * 60_000,
    hookTimeout: 20 * 60_000,
  },
});
