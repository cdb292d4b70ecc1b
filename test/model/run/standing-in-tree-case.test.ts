// The default tree of a run: the one that the working directory is in, as a real command line sees it.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { openTree } from '../../../src/tree/index.js';
import { kernelTreeSpec, noTree } from './kernel-tree.js';

const spec = await kernelTreeSpec();
const top = join(import.meta.dirname, '../../..');

test.skipIf(spec === null)(
  `a run inside a kernel tree takes that tree, and fetches nothing${spec === null ? ` (${noTree})` : ''}`,
  async () => {
    const tree = await openTree(spec ?? '');
    const cache = await mkdtemp(join(tmpdir(), 'millrace-test-'));
    const { MILLRACE_TREE: _, ...environment } = process.env;
    try {
      // No record is kept of a boundary: nothing is written where one stands. With this cache, Debian's would be fetched.
      const { stdout, stderr } = await promisify(execFile)(
        process.execPath,
        [join(top, 'dist/cli/main.js'), 'run', join(top, 'cases/tw686x-streamoff'), '--boundary'],
        { cwd: join(tree.path, 'drivers/media/pci/tw686x'), env: { ...environment, XDG_CACHE_HOME: cache } },
      );
      expect(stderr).not.toContain('Looking for debian');
      expect(stderr).toContain('Compile');
      expect(stdout).toContain('spin_lock');
    } finally {
      await rm(cache, { recursive: true, force: true });
    }
  },
);
