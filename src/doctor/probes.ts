// Looking for one thing each: a program, a header, a file of QEMU's, a kernel tree.
import { access, constants, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import which from 'which';
import { MillraceError, run } from '../base/index.js';
import { compareVersions, findToolchain } from '../kernel/build/index.js';
import { defaultTreeSpec, findTree, kernelVersion } from '../tree/index.js';
import type { Finding } from './types.js';

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  readonly signal?: AbortSignal;
}

export type Probe = (surroundings: Surroundings) => Promise<Finding>;

const absent: Finding = { found: false, version: null, path: null, remark: null };

/** A program on PATH, with the version that `--version` (or `args`) prints. */
export function program(
  names: readonly string[],
  options: { readonly args?: readonly string[]; readonly minimum?: string } = {},
): Probe {
  return async ({ env, signal }) => {
    const found = await firstOnPath(names, env);
    if (found === null) return absent;
    const result = await run(found, options.args ?? ['--version'], { timeout: 20_000, signal });
    const version = /(?<![\d.])(\d+\.\d+(?:\.\d+)*)/.exec(result.stdout || result.stderr)?.[1] ?? null;
    const { minimum } = options;
    if (minimum !== undefined && version !== null && compareVersions(version, minimum) < 0)
      return { found: false, version, path: found, remark: `too old: ${minimum} or newer is needed` };
    return { found: true, version, path: found, remark: null };
  };
}

export const nodeRuntime =
  (minimum: string): Probe =>
  async () => {
    const version = process.versions.node;
    const found = compareVersions(version, minimum) >= 0;
    return { found, version, path: process.execPath, remark: found ? null : `${minimum} or newer is needed` };
  };

/** An npm package that Millrace depends on. */
export function npmPackage(name: string): Probe {
  return async () => {
    let directory: string;
    try {
      directory = dirname(fileURLToPath(import.meta.resolve(name)));
    } catch {
      return absent;
    }
    while (directory !== dirname(directory)) {
      const text = await readFile(join(directory, 'package.json'), 'utf8').catch(() => null);
      const manifest = text === null ? {} : (JSON.parse(text) as { name?: string; version?: string });
      if (manifest.name === name)
        return { found: true, version: manifest.version ?? null, path: directory, remark: null };
      directory = dirname(directory);
    }
    return absent;
  };
}

export const clangForKernel: Probe = async ({ env, signal }) => {
  try {
    const toolchain = await findToolchain({
      path: env.PATH ?? '',
      ...(signal === undefined ? {} : { signal }),
    });
    const path = await firstOnPath([toolchain.cc], env);
    return { found: true, version: toolchain.version, path, remark: `links with ${toolchain.ld}` };
  } catch (error) {
    if (error instanceof MillraceError && error.kind === 'environment')
      return { ...absent, remark: error.message };
    throw error;
  }
};

/** A native clang that makes wasm32 objects, with its linker. */
export const clangForWasm: Probe = async ({ env, signal }) => {
  const numbers = Array.from({ length: 17 }, (_, index) => `${30 - index}`);
  for (const suffix of [...numbers.map((number) => `-${number}`), '']) {
    const clang = await firstOnPath([`clang${suffix}`], env);
    if (clang === null || (await firstOnPath([`wasm-ld${suffix}`], env)) === null) continue;
    return program([clang], { minimum: '14.0' })({
      env,
      workingDirectory: '',
      ...(signal ? { signal } : {}),
    });
  }
  return absent;
};

/** A C header that the host's compiler finds. */
export function header(name: string): Probe {
  return async ({ env, signal }) => {
    const compiler = await firstOnPath(['gcc', 'clang', 'cc'], env);
    if (compiler === null) return { ...absent, remark: 'no compiler to look for it with' };
    const result = await run(compiler, ['-E', '-x', 'c', '-'], {
      input: `#include <${name}>\n`,
      timeout: 20_000,
      signal,
    });
    if (result.exitCode !== 0) return absent;
    const path = new RegExp(`^# 1 "(/[^"]*/${name})"`, 'm').exec(result.stdout)?.[1] ?? null;
    return { found: true, version: null, path, remark: null };
  };
}

/** A firmware file in one of the folders that QEMU looks in. */
export function qemuFirmware(name: string): Probe {
  return async ({ env, signal }) => {
    const qemu = await firstOnPath(['qemu-system-x86_64'], env);
    if (qemu === null) return absent;
    const { stdout } = await run(qemu, ['-L', 'help'], { timeout: 20_000, signal });
    for (const folder of stdout.split('\n').filter((line) => line.startsWith('/'))) {
      const path = join(folder, name);
      if ((await stat(path).catch(() => null))?.isFile())
        return { found: true, version: null, path, remark: null };
    }
    return absent;
  };
}

/** A device that QEMU can attach. */
export function qemuDevice(name: string): Probe {
  return async ({ env, signal }) => {
    const qemu = await firstOnPath(['qemu-system-x86_64'], env);
    if (qemu === null) return absent;
    const { stdout } = await run(qemu, ['-device', 'help'], { timeout: 20_000, signal });
    if (stdout.includes(`name "${name}"`)) return { found: true, version: null, path: qemu, remark: null };
    return { ...absent, remark: 'this QEMU was built without it; Debian’s has it from 7.2 on' };
  };
}

export const kvm: Probe = async () => {
  const path = '/dev/kvm';
  const exists = (await stat(path).catch(() => null)) !== null;
  if (!exists) return { ...absent, remark: 'QEMU emulates in software, which is slower' };
  const usable = await access(path, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
  return usable
    ? { found: true, version: null, path, remark: 'tried with a tiny guest before it is relied on' }
    : { ...absent, path, remark: 'not open to this user: QEMU emulates in software, which is slower' };
};

/** The kernel tree that a run with no `--tree` would use. */
export const kernelTree: Probe = async ({ env, workingDirectory }) => {
  const spec = await defaultTreeSpec({ environment: env, workingDirectory });
  const version = await kernelVersion(spec);
  if (version !== null) return { found: true, version, path: spec, remark: null };
  const tree = await findTree(spec).catch(() => null);
  if (tree !== null)
    return { found: true, version: tree.version, path: tree.path, remark: `${spec}, in the cache` };
  return { ...absent, remark: `fetched when first needed: \`millrace tree get ${spec}\`` };
};

async function firstOnPath(names: readonly string[], env: Surroundings['env']): Promise<string | null> {
  for (const name of names) {
    const found = await which(name, { path: env.PATH ?? '', nothrow: true });
    if (found !== null) return found;
  }
  return null;
}
