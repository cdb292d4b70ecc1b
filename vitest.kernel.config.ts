import { defineConfig } from 'vitest/config';
import { reporters } from './vitest.reporters.js';

// What needs a kernel tree, which is fetched if there is none: the model engine's kernel programs, and the end-to-end
// tests on real kernels. And what takes long: the package that is built of the program, campaigns that are killed. One file
// after the other, each with the machine to itself.
export default defineConfig({
  test: {
    ...reporters(),
    include: [
      'test/model/kernel/**/*.test.ts',
      'test/e2e/kernel/**/*.test.ts',
      'test/package/*.test.ts',
      'test/campaign/{kill,hosts}.test.ts',
      'test/model/compile/kernel-tree.test.ts',
      'test/model/run/*.test.ts',
      'test/scaffold/*-case.test.ts',
      'test/corpus/litmus.test.ts',
    ],
    testTimeout: 50 * 60_000,
    hookTimeout: 50 * 60_000,
    fileParallelism: false,
  },
});
