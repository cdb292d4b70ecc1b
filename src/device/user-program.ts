// The program of a case that runs in the guest: built against the tree's own nolibc, and packed as the guest's init.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { displayPath, inputError, run } from '../base/index.js';
import { cpioArchive } from './cpio.js';

const headerFolder = fileURLToPath(new URL('../../include/', import.meta.url));

export interface UserProgramRequest {
  /** Absolute path. */
  readonly source: string;
  /** The kernel's source folder, with what the case changes in it. */
  readonly tree: string;
  /** Where the kernel was built: it has made headers of its own. */
  readonly objects: string;
  /** A compiler by name or path: the one that the kernel is built with. */
  readonly compiler: string;
  /** Where program and archive go, absolute. */
  readonly directory: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Path of an initramfs whose `/init` is the program.
 * Errors: `input` for a program that does not compile, with its line.
 */
export async function buildInitramfs(request: UserProgramRequest): Promise<string> {
  const { source, tree, objects, compiler, directory, signal } = request;
  await mkdir(directory, { recursive: true });
  const program = join(directory, 'init');
  const uapi = [
    // For what the tree's headers for user space still include from the kernel's own.
    join(headerFolder, 'uapi'),
    join(tree, 'include/uapi'),
    join(tree, 'arch/x86/include/uapi'),
    join(objects, 'arch/x86/include/generated/uapi'),
    join(objects, 'include/generated/uapi'),
  ];
  const args = [
    ...['-std=gnu11', '-Os', '-Wall', '-static', '-nostdlib', '-nostdinc', '-fno-stack-protector'],
    ...['-fno-asynchronous-unwind-tables', '-fno-pic', '-m64', '-D__EXPORTED_HEADERS__'],
    // nolibc's printf writes to a stream that there is none of; unused functions of a header are its way.
    '-Wno-unused-function',
    '-include',
    join(tree, 'tools/include/nolibc/nolibc.h'),
    `-I${headerFolder}`,
    `-I${dirname(source)}`,
    `-I${join(tree, 'tools/include/nolibc')}`,
    ...uapi.flatMap((folder) => ['-isystem', folder]),
    source,
    '-o',
    program,
    '-lgcc',
  ];
  const { exitCode, stderr } = await run(compiler, args, { signal });
  if (exitCode !== 0) throw compileError(source, stderr);
  const archive = join(directory, 'initramfs.cpio');
  await writeFile(
    archive,
    cpioArchive([
      { kind: 'folder', path: 'dev' },
      { kind: 'folder', path: 'proc' },
      { kind: 'folder', path: 'sys' },
      { kind: 'character-device', path: 'dev/console', major: 5, minor: 1 },
      { kind: 'file', path: 'init', mode: 0o755, data: await readFile(program) },
    ]),
  );
  return archive;
}

function compileError(source: string, stderr: string) {
  const [, line, column] =
    new RegExp(`${escaped(source)}:(\\d+):(\\d+): (?:fatal )?error:`).exec(stderr) ?? [];
  const file = displayPath(source);
  return inputError(`${file} does not compile for the guest`, {
    ...(line === undefined ? {} : { at: { file, line: Number(line), column: Number(column) } }),
    excerpt: stderr.trim().split('\n').slice(0, 20).join('\n'),
    hint: 'It is compiled against the tree’s tools/include/nolibc, which has the most common calls alone.',
  });
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
