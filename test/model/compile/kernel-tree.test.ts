// The founding case's own sources of a kernel tree, compiled as a run compiles them.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseKunitconfig } from '../../../src/kconfig/index.js';
import { compileModel, findModelCompiler } from '../../../src/model/compile/index.js';
import { openTree } from '../../../src/tree/index.js';
import { kernelTreeSpec } from '../run/kernel-tree.js';

const spec = (await kernelTreeSpec()) ?? 'debian:6.12';
const kunitconfig = join(import.meta.dirname, '../../../cases/tw686x-streamoff/kunitconfig');
const sources = ['tw686x-core.c', 'tw686x-video.c'].map((name) => `drivers/media/pci/tw686x/${name}`);

describe('a kernel tree', () => {
  it('compiles a driver unmodified, once', { timeout: 120_000 }, async () => {
    const cache = await mkdtemp(join(tmpdir(), 'millrace-test-'));
    try {
      const request = {
        tree: await openTree(spec),
        fragment: new Map(
          parseKunitconfig(await readFile(kunitconfig, 'utf8'), kunitconfig).map(({ symbol, value }) => [
            symbol.replace(/^CONFIG_/, ''),
            value,
          ]),
        ),
        units: sources.map((path) => ({ kind: 'source', path }) as const),
        compiler: await findModelCompiler(),
        cache,
      };
      const first = await compileModel(request);
      expect(first.unmet).toEqual([]);
      expect(first.units.map(({ built, fromCache }) => ({ built, fromCache }))).toEqual([
        { built: true, fromCache: false },
        { built: true, fromCache: false },
      ]);
      const second = await compileModel(request);
      expect(second.units.map(({ fromCache }) => fromCache)).toEqual([true, true]);
      expect(second.units.map(({ object }) => Buffer.from(object).toString('base64'))).toEqual(
        first.units.map(({ object }) => Buffer.from(object).toString('base64')),
      );
    } finally {
      await rm(cache, { recursive: true, force: true });
    }
  });
});
