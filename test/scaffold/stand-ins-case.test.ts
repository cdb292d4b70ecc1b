// New cases of real drivers that call what nobody supplies: they compile and run as they come.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentProgress } from '../../src/base/index.js';
import { loadCase } from '../../src/case/index.js';
import { sectionOf } from '../../src/record/index.js';
import { runCase } from '../../src/run/index.js';
import { type Scaffold, scaffoldCase } from '../../src/scaffold/index.js';
import { openTree, type Tree } from '../../src/tree/index.js';
import { kernelTreeSpec } from '../model/run/kernel-tree.js';

let folder: string;
let tree: Tree;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-stand-ins-'));
  tree = await openTree((await kernelTreeSpec()) ?? 'debian:6.12');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const made = (writer: string, reader: string, source: string): Promise<Scaffold> =>
  scaffoldCase({
    tree,
    compileIn: tree,
    name: null,
    parent: folder,
    from: { kind: 'functions', writer, reader, sources: [source] },
  });

const run = async ({ directory }: Scaffold) =>
  runCase({
    case: await loadCase(directory),
    tree,
    fix: null,
    workingDirectory: folder,
    version: '0.1.0',
    command: ['millrace', 'run'],
    progress: silentProgress,
    engines: { model: {} },
  });

test('functions of other modules get stand-ins with their prototypes, and the case runs at once', async () => {
  const scaffold = await made(
    'dt3155_stop_streaming',
    'dt3155_irq_handler_even',
    'drivers/media/pci/dt3155/dt3155.c',
  );
  expect(scaffold.compiles).toBe(true);
  const harness = await readFile(join(scaffold.directory, 'harness.c'), 'utf8');
  const fakes = [...harness.matchAll(/^MILLRACE_FAKE\((.*)\)$/gm)].map(([, text]) => text);
  expect(fakes).toEqual([
    'void, vb2_buffer_done, struct vb2_buffer *vb, enum vb2_buffer_state state',
    'void *, vb2_plane_cookie, struct vb2_buffer *vb, unsigned int plane_no',
  ]);
  const ran = await run(scaffold);
  const [test] = sectionOf(ran.run.record, 'model')?.kernels[0]?.tests ?? [];
  expect(test).toMatchObject({ complete: true, findings: [] });
  expect(test?.interleavings).toBeGreaterThan(1);
});

test('what the machine supplies gets no stand-in, nor what only other code calls', async () => {
  const scaffold = await made('softdog_ping', 'softdog_fire', 'drivers/watchdog/softdog.c');
  expect(scaffold.sides.map(({ context }) => context)).toEqual(['task', 'hardirq']);
  const harness = await readFile(join(scaffold.directory, 'harness.c'), 'utf8');
  expect([...harness.matchAll(/^MILLRACE_FAKE\(\w+, (\w+)/gm)].map(([, name]) => name)).toEqual([
    'emergency_restart',
  ]);
});
