import { defineConfig } from 'vitest/config';
import { reporters } from './vitest.reporters.js';

// The end-to-end tests on real kernels: one file after the other, each with the machine to itself.
export default defineConfig({
  test: {
    ...reporters(),
    include: ['test/e2e/kernel/**/*.test.ts'],
    testTimeout: 50 * 60_000,
    hookTimeout: 50 * 60_000,
    fileParallelism: false,
  },
});
