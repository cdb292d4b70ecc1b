import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type MakeOptions, make, makeCommand } from '../../../src/kernel/build/make.js';

const hasTools = ['make', 'cc'].every((tool) => {
  try {
    execFileSync(tool, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});

// Prints what kbuild prints.
const makefile = `
sources := $(wildcard *.c)
vmlinux: $(sources:%.c=$(O)/%.o)
	@echo '  LD      vmlinux'
	@cat $^ > $(O)/vmlinux
$(O)/%.o: %.c
	@echo '  CC      $*.o'
	@cc -c -o $@ $(CURDIR)/$<
`;

/** A tree with these sources, and what make is asked. */
function asked(sources: Readonly<Record<string, string>>, more: Partial<MakeOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-make-'));
  const [source, objects] = [join(folder, 'overlay'), join(folder, 'objects')];
  for (const path of [source, objects]) mkdirSync(path);
  for (const [name, text] of Object.entries({ Makefile: makefile, ...sources }))
    writeFileSync(join(source, name), text);
  const updates: string[] = [];
  const options: MakeOptions = {
    source,
    objects,
    variables: [],
    env: {},
    jobs: 1,
    log: join(folder, 'build.log'),
    expectedObjects: null,
    update: (message) => updates.push(message),
    ownFile: (path) => (path.endsWith('/harness.c') ? 'cases/foo/harness.c' : null),
    ...more,
  };
  return { options, updates };
}

const broken = 'int ok;\nint broken(void)\n{\n\treturn no_such_thing;\n}\n';

describe.skipIf(!hasTools)('make', () => {
  test('counts what it compiles, tells each step, and keeps the whole log', async () => {
    const { options, updates } = asked({ 'a.c': 'int a;\n', 'b.c': 'int b;\n' }, { expectedObjects: 4 });
    expect(await make(options)).toEqual({ objects: 2 });
    expect(updates).toEqual(['1/4 CC a.o', '2/4 CC b.o', '2/4 LD vmlinux']);
    expect(readFileSync(options.log, 'utf8')).toContain('  CC      b.o\n  LD      vmlinux\n');
  });

  test('shows an error in the harness at its place in the user’s own file', async () => {
    const { options } = asked({ 'harness.c': broken });
    await expect(make(options)).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringContaining('no_such_thing'),
      at: { file: 'cases/foo/harness.c', line: 4 },
      excerpt: expect.stringContaining('return no_such_thing;'),
      hint: `The whole log: ${options.log}`,
    });
    expect(readFileSync(options.log, 'utf8')).toContain('*** [Makefile');
  });

  test('takes an error anywhere else for the environment’s', async () => {
    await expect(make(asked({ 'other.c': broken }).options)).rejects.toMatchObject({
      kind: 'environment',
      message: expect.stringMatching(/^the kernel build failed: .*no_such_thing/),
      at: undefined,
    });
  });

  test('that is interrupted ends its compilers and keeps its log', async () => {
    const controller = new AbortController();
    const { options } = asked(
      { Makefile: "vmlinux:\n\t@echo '  CC      a.o'\n\t@sleep 1000\n" },
      { signal: controller.signal, update: () => controller.abort() },
    );
    await expect(make(options)).rejects.toMatchObject({ kind: 'interrupted' });
    expect(readFileSync(options.log, 'utf8')).toContain('  CC      a.o\n');
  });

  test('reads in its environment what Millrace sets', async () => {
    const { options } = asked({ Makefile: 'vmlinux:\n\t@echo "said $$PYTHONDONTWRITEBYTECODE $(CC)"\n' });
    await make({ ...options, env: { PYTHONDONTWRITEBYTECODE: '1' }, variables: ['CC=clang-19'] });
    expect(readFileSync(options.log, 'utf8')).toContain('said 1 clang-19\n');
  });
});

test('the command of a build is one that can be typed', () => {
  expect(makeCommand({ source: '/s', objects: '/o', variables: ['CC=clang-19'], jobs: 2 }).join(' ')).toBe(
    'make -C /s O=/o ARCH=x86_64 CC=clang-19 -j2 vmlinux',
  );
});
