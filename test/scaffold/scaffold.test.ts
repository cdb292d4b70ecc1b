// Cases made from a small tree of our own, and what they say.
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkCaseAgainstTree, loadCase } from '../../src/case/index.js';
import { type Scaffold, scaffoldCase } from '../../src/scaffold/index.js';
import { acme, fixture, report } from './small-tree.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-scaffold-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const core = 'drivers/acme/acme-core.c';
const stream = 'drivers/acme/acme-stream.c';

async function fromFunctions(name: string, writer: string, reader: string): Promise<Scaffold> {
  return scaffoldCase({
    tree: acme,
    compileIn: null,
    name,
    parent: folder,
    from: { kind: 'functions', writer, reader, sources: [core, stream] },
  });
}

const harnessOf = (made: Scaffold) => readFile(join(made.directory, 'harness.c'), 'utf8');

test('a report of a timer against a task becomes a whole case', async () => {
  const made = await scaffoldCase({
    tree: acme,
    compileIn: null,
    name: 'acme',
    parent: folder,
    from: { kind: 'report', report: await report('timer-console.txt') },
  });
  expect(made.sides).toEqual([
    { racing: 'acme_poll', entry: 'acme_poll', file: core, context: 'timer' },
    { racing: 'acme_stop_channel', entry: 'acme_streamoff', file: stream, context: 'task' },
  ]);
  for (const file of made.files)
    await expect(await readFile(join(made.directory, file), 'utf8')).toMatchFileSnapshot(
      `golden/timer/${file}`,
    );
  const theCase = await loadCase(made.directory);
  expect(await checkCaseAgainstTree(theCase, acme)).toEqual([]);
  expect(theCase.tests[0]?.races).toEqual([{ functions: ['acme_poll', 'acme_stop_channel'] }]);
});

test('without a report, the contexts come from how the source registers the functions', async () => {
  const made = await fromFunctions('irq', 'acme_interrupt', 'acme_reset');
  expect(made.sides.map(({ context }) => context)).toEqual(['hardirq', 'work']);
  const harness = await harnessOf(made);
  expect(harness).toContain('millrace_call(acme_interrupt)(0, &fake->acme_dev);');
});

test('a side that the driver queues as a work item is that item, so that who cancels it waits for the side', async () => {
  const harness = await harnessOf(await fromFunctions('work', 'acme_reset', 'acme_poll'));
  expect(harness).toContain('.context = MILLRACE_WORK, .work = acme_reset_work }');
  expect(harness).toMatch(/acme_reset_work\(void \*state\)\n\{[^}]*return &fake->acme_dev\.reset_work;/);
});

test('the harness is compiled behind the driver, and sees what that keeps to itself', async () => {
  const made = await fromFunctions('submit', 'acme_submit', 'acme_poll');
  const harness = await harnessOf(made);
  expect((await loadCase(made.directory)).within).toBe(core);
  expect(harness).toContain('\tstruct acme_request acme_request;');
  expect(harness).not.toContain('struct acme_request {');
  expect(harness).toContain('fake->device.driver_data = &fake->acme_dev;');
});

test('what the file of the other side keeps to itself is copied with what it needs, and marked', async () => {
  const made = await fromFunctions('copied', 'acme_streamoff', 'acme_submit');
  const harness = await harnessOf(made);
  expect((await loadCase(made.directory)).within).toBe(stream);
  expect(harness).toMatch(
    /As in drivers\/acme\/acme-core\.c:10\. \*\/\n#define ACME_SLOTS 4\n\n.*\nstruct acme_request \{/,
  );
});

test('each place that is left open is counted, with its line, in the result and in the README', async () => {
  const made = await fromFunctions('open', 'acme_submit', 'acme_poll');
  const harness = (await harnessOf(made)).split('\n');
  expect(made.todos.map(({ line }) => harness[line - 1]?.includes('TODO: '))).not.toContain(false);
  expect(made.todos.map(({ text }) => text)).toEqual([
    'the state in which the sides meet; all is zero.',
    '`u32 flags`: 0 is a guess',
    'what has to hold once both sides are done, in any order:',
  ]);
  const readme = await readFile(join(made.directory, 'README.md'), 'utf8');
  expect(readme).toContain('3 places are left open');
});

test('values that bring a side past its early returns are set, and where none is known it is said', async () => {
  const made = await fromFunctions('ioctl', 'acme_ioctl', 'acme_reset');
  const harness = await harnessOf(made);
  expect(harness).toContain('fake->acme_dev.running = 1; /* acme-core.c:69 */');
  expect(harness).toContain('fake->acme_dev.pending = ACME_READY; /* acme-core.c:69 */');
  expect(harness).toContain('millrace_call(acme_ioctl)(&fake->acme_dev, ACME_RESET, 0);');
  expect(made.todos.map(({ text }) => text)).toContain(
    'acme-core.c:71 returns early if `(acme->ops && acme_is_odd(acme->label))`: see that it does not.',
  );
});

test('a side without conditions gets no values', async () => {
  const harness = await harnessOf(await fromFunctions('plain', 'acme_interrupt', 'acme_reset'));
  expect(harness).not.toMatch(/acme_dev\.(?:running|pending) =/);
});

test('what a side frees is allocated, and a text to store is one that a user writes', async () => {
  const harness = await harnessOf(await fromFunctions('freed', 'acme_release', 'acme_level_store'));
  expect(harness).toContain('\tstruct acme_dev *acme_dev;');
  expect(harness).toContain('fake->acme_dev = kzalloc(sizeof(*fake->acme_dev), GFP_KERNEL);');
  expect(harness).toContain('spin_lock_init(&fake->acme_dev->lock);');
  expect(harness).toContain('millrace_call(acme_level_store)(fake->acme_dev, "1\\n", 2);');
});

test('a teardown is set against all that the file registers, a test each, and nothing is expected of it', async () => {
  const made = await scaffoldCase({
    tree: acme,
    compileIn: null,
    name: null,
    parent: folder,
    from: { kind: 'teardown', source: core },
  });
  expect(made.name).toBe('acme-core-teardown');
  const theCase = await loadCase(made.directory);
  expect(theCase.tests.map(({ name, races }) => [name, races])).toEqual([
    ['acme_remove_vs_acme_poll', []],
    ['acme_remove_vs_acme_reset', []],
    ['acme_remove_vs_acme_interrupt', []],
    ['acme_remove_vs_acme_ioctl', []],
  ]);
  expect(theCase.assumptions).toEqual([expect.stringContaining('called as they are')]);
  // The interrupt is the kernel's to run, because free_irq() has to wait for it; the timer is nobody's to stop.
  const harness = await harnessOf(made);
  expect(harness).toContain(
    'if (request_irq(0, millrace_call(acme_interrupt), IRQF_SHARED, "irq", fake->acme_dev))',
  );
  expect(harness).toContain('.setup = set_up_acme_remove_vs_acme_interrupt,');
  expect(harness.match(/MILLRACE_HARDIRQ/)).toBe(null);
  expect(harness).toContain('.context = MILLRACE_TIMER, .timer = acme_poll_timer }');
});

test('an interrupt that the other side does not take back is a side of its own', async () => {
  const harness = await harnessOf(await fromFunctions('kept', 'acme_interrupt', 'acme_release'));
  expect(harness).toContain('.context = MILLRACE_HARDIRQ, .run = acme_interrupt_side }');
  expect(harness).not.toContain('request_irq');
});

test.each([
  ['nothing that takes a device away', stream, 'takes its device away'],
  ['a path that leads out', '../x.c', 'no .c file of the tree'],
])('a teardown of a file with %s is bad input', async (_, source, message) => {
  await expect(
    scaffoldCase({
      tree: acme,
      compileIn: null,
      name: 'y',
      parent: folder,
      from: { kind: 'teardown', source },
    }),
  ).rejects.toMatchObject({ kind: 'input', message: expect.stringContaining(message) });
});

test('a list that runs through objects of one kind ends at the first', async () => {
  const made = await fromFunctions('list', 'acme_streamoff', 'acme_poll');
  expect(await harnessOf(made)).not.toContain('.next =');
});

test('a tree in which nothing can be compiled gives a case all the same, and it is said', async () => {
  const made = await scaffoldCase({
    tree: acme,
    name: 'uncompiled',
    parent: folder,
    compileIn: { ...acme, identity: 'acme', commit: null },
    from: { kind: 'functions', writer: 'acme_reset', reader: 'acme_poll', sources: [core] },
  });
  expect(made.compiles).toBe(null);
  expect(made.notes).toEqual([expect.stringContaining('It was not compiled: ')]);
});

test('a folder that is there already stays as it is', async () => {
  await fromFunctions('twice', 'acme_reset', 'acme_poll');
  const before = await readFile(join(folder, 'twice/harness.c'), 'utf8');
  await expect(fromFunctions('twice', 'acme_interrupt', 'acme_poll')).rejects.toThrow('is there already');
  expect(await readFile(join(folder, 'twice/harness.c'), 'utf8')).toBe(before);
  expect((await readdir(folder)).filter((name) => name.startsWith('.'))).toEqual([]);
});

test.each([
  ['a name that leads out', '../out', 'acme_poll', [core], "cannot be a case's name"],
  ['a function that is none', 'x', 'int main(void) {', [core], 'is not a C function'],
  ['a function of another file', 'x', 'acme_streamoff', [core], 'is not defined in drivers/acme/acme-core.c'],
  ['a source outside the tree', 'x', 'acme_poll', ['../../../etc/passwd.c'], 'no .c file of the tree'],
  ['a header as source', 'x', 'acme_poll', ['drivers/acme/acme.h'], 'no .c file of the tree'],
])('%s is bad input', async (_, name, writer, sources, message) => {
  await expect(
    scaffoldCase({
      tree: acme,
      compileIn: null,
      name,
      parent: folder,
      from: { kind: 'functions', writer, reader: 'acme_poll', sources },
    }),
  ).rejects.toMatchObject({ kind: 'input', message: expect.stringContaining(message) });
});

test('the command says what it made, and refuses to make it twice', async () => {
  const cli = resolve('dist/cli/main.js');
  const args = [
    'new',
    'told',
    '--from-report',
    fixture('timer-console.txt'),
    '--tree',
    acme.path,
    '-o',
    folder,
    '-q',
    '--no-compile',
  ];
  const run = () => promisify(execFile)('node', [cli, ...args, '--json']);
  const made = JSON.parse((await run()).stdout) as Scaffold;
  expect([made.name, made.todos.length]).toEqual(['told', 2]);
  await expect(run()).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('is there already') });
});
