import { defineConfig } from 'vitest/config';
import { reporters } from './vitest.reporters.js';

export default defineConfig({
  test: {
    ...reporters(),
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/kernel/**', 'test/model/kernel/**', 'node_modules/**'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
