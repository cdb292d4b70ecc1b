// The founding race as a user meets it: a chip that is not there, the driver's own probe(), and system calls. Shown,
// with its harm, and ended by the fix; and a device that goes wrong ends the run and leaves no process.
import { readdirSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunRecord, type SectionOf, sectionOf } from '../../../src/record/index.js';

const cli = resolve('dist/cli/main.js');
const hardware = resolve('cases/tw686x-hardware');
const treeSpec = process.env.MILLRACE_TREE ?? 'debian:6.12';

let folder = '';
let booted: SectionOf<'kernel'>;
let ended: { readonly exitCode?: number | undefined; readonly stdout: string; readonly stderr: string };

function millrace(...args: string[]) {
  return execa(process.execPath, [cli, ...args], { cwd: folder, reject: false, stdin: 'ignore' });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-device-'));
  ended = await millrace('run', hardware, '--tree', treeSpec, '--fix', 'hold-lock', '--json');
  const record = JSON.parse(ended.stdout || '{}') as RunRecord;
  booted = sectionOf(record, 'kernel') as SectionOf<'kernel'>;
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
const violations = (kernel: SectionOf<'kernel'>['kernels'][number] | undefined, name: string) =>
  sum(
    (kernel?.boots ?? []).flatMap(({ exercises }) =>
      exercises.filter(({ test: of }) => of === name).map((one) => one.violations),
    ),
  );

test('the race is shown on a chip that is not there, and never with the fix', () => {
  expect(ended.stderr).not.toContain('millrace:');
  const [pair] = booted.verdict?.pairs ?? [];
  expect(pair?.functions).toEqual(['tw686x_disable_channel', 'tw686x_dma_delay']);
  expect(pair?.base.hits).toBeGreaterThan(0);
  expect(pair?.fixed?.hits).toBe(0);
  // How many boots it takes to be sure is up to how busy the machine is.
  expect(['fix-shown', 'inconclusive']).toContain(booted.verdict?.kind);
});

test('every console was vouched for by the guest', () => {
  for (const { outcome, consoleCheck } of booted.kernels.flatMap((kernel) => kernel.boots)) {
    expect(outcome).toBe('completed');
    expect(consoleCheck?.vouched).toBeGreaterThan(0);
  }
});

test('the writer comes from a system call, the reader from the driver’s own timer', () => {
  const reports = booted.kernels[0]?.boots.flatMap((boot) => boot.reports) ?? [];
  const functions = reports.map(({ accesses }) =>
    accesses.map(({ stack }) => stack.map((frame) => frame.function)),
  );
  const whole = functions.filter(
    (stacks) =>
      stacks.some((stack) => stack.includes('tw686x_disable_channel') && stack.includes('__x64_sys_ioctl')) &&
      stacks.some((stack) => stack.includes('tw686x_dma_delay') && stack.includes('run_timer_softirq')),
  );
  expect(whole.length).toBeGreaterThan(0);
});

test('the other channel never delivers another frame, and with the fix it does', () => {
  const [base, fixed] = booted.kernels;
  expect(violations(base, 'streamoff_slow_chip')).toBeGreaterThan(0);
  expect([violations(fixed, 'streamoff_slow_chip'), violations(fixed, 'streamoff_vs_timer')]).toEqual([0, 0]);
});

test('the chip delivered frames by interrupts, and every result names where it was slow on purpose', async () => {
  for (const { device } of booted.kernels.flatMap((kernel) => kernel.boots)) {
    expect(device?.interrupts).toBeGreaterThan(0);
    expect(device?.held.map(({ register, access }) => `${access} ${register}`)).toEqual(['read DMA_CMD']);
  }
  const shown = await millrace('show', 'latest');
  const mail = await millrace('report', 'latest', '--as', 'mail');
  for (const { stdout } of [shown, mail]) {
    const text = stdout.replaceAll(/\s+/g, ' ');
    expect(text).toContain('of DMA_CMD late on purpose, by 25 ms each');
    expect(text).not.toContain('No hardware was used and no model of it');
  }
});

test('a device that never answers ends the run with that said, and QEMU with it', async () => {
  // Of the same name, so that the kernel is there already.
  const copy = join(folder, 'tw686x-hardware');
  await cp(hardware, copy, { recursive: true });
  const code = join(copy, 'device.c');
  await writeFile(
    code,
    (await readFile(code, 'utf8')).replace(
      'void on_read(u32 reg)\n{',
      'void on_read(u32 reg)\n{\n\tfor (;;)\n\t\tslow++;\n',
    ),
  );
  const { exitCode, stderr } = await millrace('run', copy, '--tree', treeSpec, '--boots', '1');
  expect(stderr).toContain('the device TW6869 cannot go on: it gave no answer within 2 s');
  expect(exitCode).toBe(2);
  expect(runningQemus(folder)).toEqual([]);
});

/** Command lines of QEMU that name the folder. */
function runningQemus(of: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return [];
      }
    })
    .filter((command) => command.startsWith('qemu') && command.includes(of));
}
