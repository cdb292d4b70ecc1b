// The founding case on a real kernel, as a new user runs it: the race shown, the fix shown, lockdep quiet, and the same
// race by stock means alone.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, lstat, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunRecord, type SectionOf, sectionOf } from '../../../src/record/index.js';
import type { ParseOutput } from '../../../src/report/index.js';
import { bodyOf, commandsIn, recordedCommands, unknownFigures, wordsOf } from '../../render/mail-facts.js';

const cli = resolve('dist/cli/main.js');
const foundingCase = resolve('cases/tw686x-streamoff');
const treeSpec = process.env.MILLRACE_TREE ?? 'debian:6.12';
const delayPair = ['tw686x_disable_channel', 'tw686x_dma_delay'];
const channelPair = ['tw686x_disable_channel', 'tw686x_disable_channel'];

interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

let folder = '';
let tree = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-kernel-'));
  const got = await millrace(['tree', 'get', treeSpec]);
  expect(got.stderr).not.toContain('millrace:');
  tree = got.stdout.trim();
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('millrace run on the founding case', () => {
  let first: Ended;
  let record: RunRecord;
  let treeBefore = '';

  beforeAll(async () => {
    treeBefore = await treeDigest(tree);
    first = await runCase(foundingCase, '--fix', 'hold-lock', '--json');
    record = JSON.parse(first.stdout || '{}') as RunRecord;
  });

  test('shows the race and that the fix ends it', () => {
    expect(first.stderr).not.toContain('millrace:');
    expect(sectionOf(record, 'kernel')?.verdict?.kind).toBe('fix-shown');
    expect(first.exitCode).toBe(0);
    for (const pair of sectionOf(record, 'kernel')?.verdict?.pairs ?? []) {
      expect(pair.base.hits).toBeGreaterThan(0);
      expect(pair.fixed?.hits).toBe(0);
    }
    expect(sectionOf(record, 'kernel')?.verdict?.pairs.map(({ functions }) => functions)).toEqual([
      delayPair,
      channelPair,
    ]);
  });

  test('has both stacks, with file and line, from STREAMOFF’s callback and from a real timer', () => {
    const report = base(record)
      .boots.flatMap(({ reports }) => reports)
      .find(({ title }) => title.includes('tw686x_dma_delay'));
    const writer = report?.accesses.find(({ context }) => context.kind === 'task');
    const reader = report?.accesses.find(({ context }) => context.kind === 'interrupt');
    expect(writer?.stack.slice(0, 2).map((frame) => [frame.function, frame.file])).toEqual([
      ['tw686x_disable_channel', 'drivers/media/pci/tw686x/tw686x-core.c'],
      ['tw686x_stop_streaming', 'drivers/media/pci/tw686x/tw686x-video.c'],
    ]);
    expect(writer?.stack[0]?.line).toBeGreaterThan(0);
    expect(reader?.stack[0]).toMatchObject({
      function: 'tw686x_dma_delay',
      file: 'drivers/media/pci/tw686x/tw686x-core.c',
    });
    expect(reader?.stack.map((frame) => frame.function)).toContain('run_timer_softirq');
  });

  test('writes a mail in which every figure and command is the record’s', async () => {
    const { stdout, exitCode } = await millrace(['report', record.id, '--as', 'mail']);
    expect(exitCode).toBe(0);
    const mail = bodyOf(stdout);
    expect(unknownFigures(mail, record)).toEqual([]);
    expect(commandsIn(mail).map(wordsOf)).toEqual(recordedCommands(record).map(wordsOf));
    for (const line of mail.split('\n')) expect(line.length, line).toBeLessThanOrEqual(72);
  });

  test('has the mail’s seven settings in force', () => {
    expect(Object.fromEntries(base(record).settings)).toMatchObject({
      CONFIG_KCSAN_STRICT: 'y',
      CONFIG_KCSAN_INTERRUPT_WATCHER: 'y',
      CONFIG_KCSAN_REPORT_ONCE_IN_MS: '0',
      CONFIG_KCSAN_SKIP_WATCH: '100',
      CONFIG_KCSAN_UDELAY_TASK: '200',
      CONFIG_KCSAN_UDELAY_INTERRUPT: '100',
    });
    const names = base(record).settings.map(([symbol]) => symbol);
    expect(names).not.toContain('CONFIG_KCSAN_SKIP_WATCH_RANDOMIZE');
    expect(names).not.toContain('CONFIG_KCSAN_DELAY_RANDOMIZE');
  });

  test('saw the harm on the base, and none with the fix', () => {
    const violations = (name: string) =>
      (sectionOf(record, 'kernel')?.kernels ?? [])
        .find((run) => run.name === name)
        ?.boots.flatMap(({ exercises }) => exercises)
        .reduce((sum, exercise) => sum + exercise.violations, 0);
    expect(violations('base')).toBeGreaterThan(0);
    expect(violations('hold-lock')).toBe(0);
  });

  test('compiled only what the fix changes for the fixed kernel', () => {
    const objects = (sectionOf(record, 'kernel')?.kernels ?? []).map(({ build }) => build.objects);
    // What the base compiled depends on what was in the cache.
    expect(objects[1]).toBeGreaterThan(0);
    expect(objects[1]).toBeLessThan(20);
  });

  test('wrote nothing to the user’s tree', async () => {
    expect(await treeDigest(tree)).toBe(treeBefore);
  });

  test('builds nothing the second time', async () => {
    const again = await runCase(foundingCase, '--boots', '1', '--seconds', '1', '--json');
    const second = JSON.parse(again.stdout) as RunRecord;
    expect(base(second).build.built).toBe(false);
  });

  test('takes a fixed kernel that changes nothing for what it is', async () => {
    const useless = join(folder, 'useless.patch');
    await writeFile(useless, uselessPatch);
    const ended = await runCase(
      foundingCase,
      '--fix',
      useless,
      '--filter',
      'tw686x.streamoff_vs_delay',
      '--boots',
      '4',
      '--json',
    );
    expect(sectionOf(JSON.parse(ended.stdout) as RunRecord, 'kernel')?.verdict?.kind).toBe('fix-incomplete');
    expect(ended.exitCode).toBe(1);
  });

  test('leaves no process and a truthful record when interrupted in the midst of a boot', async () => {
    const work = await mkdtemp(join(folder, 'interrupted-'));
    const running = execFile('node', [cli, 'run', '--engine', 'kernel', foundingCase, '--tree', treeSpec], {
      cwd: work,
    });
    let emulators: readonly number[] = [];
    await until(async () => {
      emulators = await emulatorsOf(running.pid ?? 0);
      return emulators.length > 0;
    });
    running.kill('SIGINT');
    const exitCode = await new Promise((done) => running.on('close', done));
    expect(exitCode).toBe(130);
    expect(emulators.filter(isAlive)).toEqual([]);
    const shown = await millrace(['show', 'latest', '--json'], work);
    const cut = JSON.parse(shown.stdout) as RunRecord;
    expect(cut.status).toBe('interrupted');
    expect(base(cut).boots.at(-1)?.outcome).toBe('interrupted');
  });
});

test('the fix keeps lockdep quiet', async () => {
  const ended = await runCase(
    foundingCase,
    '--fix',
    'hold-lock',
    '--lockdep',
    '--filter',
    'tw686x.streamoff_vs_delay',
    '--boots',
    '4',
    '--json',
  );
  const record = JSON.parse(ended.stdout) as RunRecord;
  expect((sectionOf(record, 'kernel')?.kernels ?? []).map(({ name }) => name)).toEqual(['base', 'hold-lock']);
  for (const run of sectionOf(record, 'kernel')?.kernels ?? [])
    for (const boot of run.boots) expect([boot.outcome, boot.troubles]).toEqual(['completed', []]);
});

describe('bad input on a real tree', () => {
  test('a configuration line that cannot take stops before the build, with symbol, dependency and line', async () => {
    const broken = await brokenCase('kunitconfig', (text) =>
      text.replace('CONFIG_SND=y\n', '# CONFIG_SND is not set\n'),
    );
    const ended = await runCase(broken);
    expect(ended.exitCode).toBe(2);
    expect(ended.stderr).toMatch(/kunitconfig:\d+: CONFIG_VIDEO_TW686X=y did not take; it depends on SND/);
  });

  test('a harness that does not compile is named with file and line', async () => {
    const broken = await brokenCase('harness.c', (text) =>
      text.replace('fake_setup(fake);', 'fake_setup(nothing);'),
    );
    const ended = await runCase(broken);
    expect(ended.exitCode).toBe(2);
    expect(ended.stderr).toMatch(/harness\.c:\d+:\d+: use of undeclared identifier 'nothing'/);
  });

  test('a patch that does not apply names its hunk', async () => {
    const patch = await readFile(join(foundingCase, 'hold-lock.patch'), 'utf8');
    const stale = join(folder, 'stale.patch');
    await writeFile(stale, patch.replace('Check device presence', 'Look for the device'));
    const ended = await runCase(foundingCase, '--fix', stale);
    expect(ended.exitCode).toBe(2);
    expect(ended.stderr).toMatch(/stale\.patch:\d+/);
    expect(ended.stderr).toContain('@@ -546,15');
  });
});

test('the exported patch shows the same race with stock kunit.py and QEMU, and no Millrace', async () => {
  const out = join(folder, 'export');
  await millrace(['export', foundingCase, '--tree', treeSpec, '-o', out, '--directed', 'auto']);
  const pristine = join(folder, 'pristine', 'linux');
  await cp(tree, pristine, { recursive: true, verbatimSymlinks: true });
  const patch = (await readdir(out)).find((name) => name.startsWith('0001-')) ?? '';
  const text = await readFile(join(out, 'REPRODUCE.txt'), 'utf8');
  const command = (start: string) => {
    const lines = text.split('\n');
    const first = lines.findIndex((line) => line.trim().startsWith(start));
    const last = lines.findIndex((line, index) => index >= first && !line.endsWith('\\'));
    return lines.slice(first, last + 1).join('\n');
  };
  const patched = await shell(`patch -p1 < ${join(out, patch)}`, pristine);
  expect(patched.exitCode).toBe(0);
  const built = await shell(command('./tools/testing/kunit/kunit.py build'), pristine);
  expect([built.exitCode, built.stdout.slice(-2000)]).toEqual([0, expect.any(String)]);
  const console = join(folder, 'stock-console.log');
  let found: readonly (readonly string[])[] = [];
  // KCSAN samples: a boot without a report of the pair is no proof that there is none.
  for (let boots = 0; boots < 5 && !found.some((pair) => `${pair}` === `${delayPair}`); boots += 1) {
    await shell(`${command('timeout')} >> ${console}`, pristine);
    const parsed = await millrace(['parse', console, '--json']);
    found = (JSON.parse(parsed.stdout) as ParseOutput).races.map(({ functions }) => functions);
  }
  expect(found).toContainEqual(delayPair);
});

function base(record: RunRecord): SectionOf<'kernel'>['kernels'][number] {
  const run = (sectionOf(record, 'kernel')?.kernels ?? []).find(({ name }) => name === 'base');
  if (run === undefined) throw new Error(`no base in ${JSON.stringify(record).slice(0, 500)}`);
  return run;
}

function runCase(theCase: string, ...options: readonly string[]): Promise<Ended> {
  return millrace(['run', '--engine', 'kernel', theCase, '--tree', treeSpec, ...options]);
}

function millrace(args: readonly string[], cwd = folder): Promise<Ended> {
  return execute('node', [cli, ...args], cwd);
}

function shell(command: string, cwd: string): Promise<Ended> {
  return execute('bash', ['-c', command], cwd);
}

function execute(program: string, args: readonly string[], cwd: string): Promise<Ended> {
  return new Promise((done) => {
    execFile(program, args, { cwd, maxBuffer: 1 << 30 }, (error, stdout, stderr) =>
      done({
        exitCode: error === null ? 0 : typeof error.code === 'number' ? error.code : null,
        stdout,
        stderr,
      }),
    );
  });
}

/** The process's descendants that have to do with a booting QEMU, by pid: not the one that only probes KVM. */
async function emulatorsOf(pid: number): Promise<readonly number[]> {
  const { stdout } = await execute('ps', ['-eo', 'pid=,ppid=,args='], folder);
  const rows = [...stdout.matchAll(/^ *(\d+) +(\d+) (.*)$/gm)].map(([, child, parent, command]) => ({
    child: Number(child),
    parent: Number(parent),
    isBoot: /qemu-system.* -kernel /.test(command ?? ''),
  }));
  const below = (ancestor: number): number[] =>
    rows
      .filter(({ parent }) => parent === ancestor)
      .flatMap(({ child, isBoot }) => [...(isBoot ? [child] : []), ...below(child)]);
  return below(pid);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((wake) => setTimeout(wake, 200));
}

async function brokenCase(file: string, change: (text: string) => string): Promise<string> {
  // The same name, so that what was built for the case serves here too.
  const copy = join(await mkdtemp(join(folder, 'case-')), 'tw686x-streamoff');
  await cp(foundingCase, copy, { recursive: true });
  await writeFile(join(copy, file), change(await readFile(join(copy, file), 'utf8')));
  return copy;
}

/** Names, sizes, times and, for what a build could touch by mistake, contents. */
async function treeDigest(top: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(top, { recursive: true })).sort()) {
    const facts = await lstat(join(top, name));
    hash.update(`${name} ${facts.mode} ${facts.size} ${facts.mtimeMs}\n`);
  }
  return hash.digest('hex');
}

// Changes a comment alone: the race stays.
const uselessPatch = `diff --git a/drivers/media/pci/tw686x/tw686x-video.c b/drivers/media/pci/tw686x/tw686x-video.c
--- a/drivers/media/pci/tw686x/tw686x-video.c
+++ b/drivers/media/pci/tw686x/tw686x-video.c
@@ -549,5 +549,5 @@
 	struct pci_dev *pci_dev;
 	unsigned long flags;
 
-	/* Check device presence */
+	/* Look for the device */
 	spin_lock_irqsave(&dev->lock, flags);
`;
