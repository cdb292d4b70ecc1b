import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findModelCompiler } from '../../../src/model/compile/index.js';
import { dependencyPaths } from '../../../src/model/compile/toolchain/native-clang.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-test-'));
  await writeFile(join(folder, 'shared.h'), 'extern int shared;\n');
  await writeFile(join(folder, 'good.c'), '#include "shared.h"\nvoid good(void) { shared |= 1; }\n');
  await writeFile(join(folder, 'bad.c'), 'void bad(void) { nothing = 1; }\n');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function job(source: string) {
  const flags = ['--target=wasm32-unknown-unknown', '-O2', '-Xclang', '-fsanitize=thread'];
  return {
    args: [...flags, '-mllvm', '-tsan-instrument-func-entry-exit=0', `/millrace/user/${source}`],
    mounts: { user: folder },
  };
}

describe('the packaged clang', () => {
  it('makes instrumented objects, links them, and says what is wrong with the rest', async () => {
    const compiler = await findModelCompiler({ prefer: 'packaged' });
    const [good, bad] = await compiler.compile([job('good.c'), job('bad.c')], { workers: 1 });
    if (good?.ok !== true) throw new Error(good?.diagnostics);
    expect(good.opened.toSorted()).toEqual(['/millrace/user/good.c', '/millrace/user/shared.h']);
    expect(bad).toMatchObject({ ok: false, diagnostics: expect.stringContaining("'nothing'") });

    await writeFile(join(folder, 'good.o'), good.object);
    const args = ['--no-entry', '--allow-undefined', '--export=good', '/millrace/user/good.o'];
    const linked = await compiler.tool('wasm-ld', args, { user: folder });
    expect(linked).toMatchObject({ exitCode: 0, stderr: expect.any(String) });
    // The import section holds the names as they are.
    expect(Buffer.from(linked.stdout).subarray(0, 4).toString('latin1')).toBe('\0asm');
    expect(Buffer.from(linked.stdout).toString('latin1')).toContain('__tsan_write4');
  });
});

describe('the rule that clang writes for make', () => {
  it('is read with its continued lines and blanks in names', () => {
    expect(dependencyPaths('a.o: a.c \\\n  dir/b.h \\\n  c\\ d.h\n')).toEqual(['a.c', 'dir/b.h', 'c d.h']);
  });
});
