import { defineConfig } from 'vitest/config';

// The end-to-end tests on real kernels: one file after the other, each with the machine to itself.
export default defineConfig({
  test: {
    include: ['test/e2e/kernel/**/*.test.ts'],
    testTimeout: 50 * 60_000,
    hookTimeout: 50 * 60_000,
    fileParallelism: false,
  },
});
