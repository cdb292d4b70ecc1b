import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareVersions, findToolchain, toolchainVariables } from '../../../src/kernel/build/index.js';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'millrace-toolchain-'));
});
afterAll(() => rm(root, { recursive: true }));

/** A folder of programs that print one line each, as PATH. */
async function programs(name: string, lines: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(root, name);
  await mkdir(folder, { recursive: true });
  for (const [program, line] of Object.entries(lines)) {
    await writeFile(join(folder, program), `#!/bin/sh\necho '${line}'\n`);
    await chmod(join(folder, program), 0o755);
  }
  return folder;
}

const gnu = Object.fromEntries(
  ['ld', 'ld.bfd', 'ar', 'nm', 'objcopy', 'objdump', 'readelf', 'strip', 'gcc'].map((name) => [
    name,
    'GNU 2.40',
  ]),
);

describe('the toolchain', () => {
  test('is the newest clang, whatever it is called, with the LLVM tools of its version', async () => {
    const path = await programs('newest', {
      ...gnu,
      clang: 'clang version 14.0.6',
      'clang-9': 'clang version 9.0.0',
      'clang-19': 'Debian clang version 19.1.7 (3~deb12u1)',
      'llvm-nm-14': '',
      'llvm-nm-19': '',
      'llvm-ar-19': '',
    });
    expect(await findToolchain({ path })).toEqual({
      cc: 'clang-19',
      hostcc: 'gcc',
      ld: 'ld.bfd',
      ar: 'llvm-ar-19',
      nm: 'llvm-nm-19',
      objcopy: 'objcopy',
      objdump: 'objdump',
      readelf: 'readelf',
      strip: 'strip',
      version: '19.1.7',
      description: 'Debian clang version 19.1.7 (3~deb12u1)',
    });
  });

  test('is the one that the make options ask for', async () => {
    const path = await programs('asked', {
      ...gnu,
      'clang-19': 'clang version 19.1.7',
      'clang-20': 'clang version 20.1.0',
      'ld.lld-19': '',
      'llvm-nm-19': '',
      ccache: 'clang version 19.1.7',
    });
    const byCc = await findToolchain({ path, makeOptions: ['CC=clang-19', 'NM=nm'] });
    expect([byCc.cc, byCc.nm, byCc.ld]).toEqual(['clang-19', 'nm', 'ld.bfd']);
    const byLlvm = await findToolchain({ path, makeOptions: ['LLVM=-19'] });
    expect([byLlvm.cc, byLlvm.nm, byLlvm.ld]).toEqual(['clang-19', 'llvm-nm-19', 'ld.lld-19']);
    const wrapped = await findToolchain({ path, makeOptions: ['CC=ccache clang-19'] });
    expect([wrapped.cc, wrapped.version]).toEqual(['ccache clang-19', '19.1.7']);
    const gcc = await findToolchain({ path, makeOptions: ['CC=gcc'] }).catch((error: Error) => error.message);
    expect(gcc).toBe('there is no compiler gcc that runs');
  });

  test('that is not there, or too old, is said with the way to the remedy', async () => {
    const without = await programs('without', gnu);
    await expect(findToolchain({ path: without })).rejects.toMatchObject({
      kind: 'environment',
      message: 'there is no clang on PATH',
      hint: '`millrace doctor` names what to install.',
    });
    const old = await programs('old', { ...gnu, clang: 'clang version 11.0.1' });
    await expect(findToolchain({ path: old })).rejects.toMatchObject({
      message: 'the newest clang on PATH is 11.0.1; the kernel needs 13.0.1 or newer',
    });
    const noLinker = await programs('no-linker', { 'clang-19': 'clang version 19.1.7' });
    await expect(findToolchain({ path: noLinker })).rejects.toMatchObject({
      message: 'there is no ld.bfd and no ld.lld on PATH',
    });
  });

  test('becomes make variables, behind which the make options come and win', async () => {
    const path = await programs('variables', { ...gnu, 'clang-19': 'clang version 19.1.7' });
    const variables = toolchainVariables(await findToolchain({ path }), ['LD=ld', 'W=1']);
    expect(variables).toEqual([
      'CC=clang-19',
      'HOSTCC=gcc',
      'AR=ar',
      'NM=nm',
      'OBJCOPY=objcopy',
      'OBJDUMP=objdump',
      'READELF=readelf',
      'STRIP=strip',
      'LLVM_IAS=1',
      'LD=ld',
      'W=1',
    ]);
  });
});

test('versions are compared number by number', () => {
  expect(['13.0.1', '9.0.0', '13.0', '20.1'].sort(compareVersions)).toEqual([
    '9.0.0',
    '13.0',
    '13.0.1',
    '20.1',
  ]);
});
