import { describe, expect, test } from 'vitest';
import { buildStep, createErrorFinder } from '../../../src/kernel/build/make-output.js';

function firstError(output: string) {
  const finder = createErrorFinder();
  for (const line of output.split('\n')) finder.push(line);
  return finder.first();
}

describe('a line of make', () => {
  test.each([
    ['  CC      kernel/fork.o', { text: 'CC kernel/fork.o', isObject: true }],
    ['  CC [M]  drivers/a/b.o', { text: 'CC [M] drivers/a/b.o', isObject: true }],
    ['  AS      arch/x86/entry/entry_64.o', { text: 'AS arch/x86/entry/entry_64.o', isObject: true }],
    ['  HOSTCC  scripts/mod/modpost.o', { text: 'HOSTCC scripts/mod/modpost.o', isObject: false }],
    ['  AR      lib/built-in.a', { text: 'AR lib/built-in.a', isObject: false }],
    ['  LD      vmlinux.o', { text: 'LD vmlinux.o', isObject: false }],
    ['  LD [M]  a.ko', { text: 'LD [M] a.ko', isObject: false }],
    ['  MODPOST vmlinux.symvers', { text: 'MODPOST vmlinux.symvers', isObject: false }],
    ['  OBJCOPY arch/x86/boot/vmlinux.bin', { text: 'OBJCOPY arch/x86/boot/vmlinux.bin', isObject: false }],
    ['  SYSTBL  arch/x86/include/generated/asm/syscalls_64.h', expect.objectContaining({ isObject: false })],
  ])('%s is a step', (line, step) => {
    expect(buildStep(line)).toEqual(step);
  });

  test.each([
    "make[1]: Entering directory '/o'",
    'kernel/fork.c:12:3: warning: unused variable',
    '      |   ^',
    '  12 |   CC',
    '',
    '   CC has three spaces',
    '  note: in expansion of macro',
  ])('%j is none', (line) => {
    expect(buildStep(line)).toBeNull();
  });
});

describe('the first error of a build', () => {
  test('of the compiler has its place and what the compiler shows, and nothing of its neighbours', () => {
    const output = `  CC      lib/a.o
  CC      lib/millrace/foo.o
../overlay/lib/millrace/foo.c:12:9: warning: unused variable 'x' [-Wunused-variable]
../overlay/lib/millrace/foo.c:14:2: error: call to undeclared function 'no_such'
   14 |         no_such();
      |         ^
  CC      lib/b.o
1 error generated.
make[4]: *** [../scripts/Makefile.build:229: lib/millrace/foo.o] Error 1
make: *** [Makefile:224: __sub-make] Error 2`;
    expect(firstError(output)).toEqual({
      file: '../overlay/lib/millrace/foo.c',
      line: 14,
      column: 2,
      message: "call to undeclared function 'no_such'",
      excerpt: `../overlay/lib/millrace/foo.c:14:2: error: call to undeclared function 'no_such'
   14 |         no_such();
      |         ^
1 error generated.
make[4]: *** [../scripts/Makefile.build:229: lib/millrace/foo.o] Error 1
make: *** [Makefile:224: __sub-make] Error 2`,
    });
  });

  test('of a missing header is fatal and has its place', () => {
    expect(firstError("a/b.c:3:10: fatal error: 'x.h' file not found\n    3 | #include")).toMatchObject({
      file: 'a/b.c',
      line: 3,
      message: "'x.h' file not found",
    });
  });

  test.each([
    [
      "ld.bfd: lib/millrace/foo.o: in function `stop_side':\n/o/overlay/lib/millrace/foo.c:31: undefined reference to `no_such'",
      { file: '/o/overlay/lib/millrace/foo.c', line: 31, message: "undefined reference to `no_such'" },
    ],
    [
      "ld: lib/millrace/foo.o: in function `stop_side':\nfoo.c:(.text+0x12): undefined reference to `no_such'",
      { file: null, line: null, message: "undefined reference to `no_such'" },
    ],
    [
      'ld.lld: error: undefined symbol: no_such\n>>> referenced by foo.c:31 (../overlay/lib/millrace/foo.c:31)\n>>>               vmlinux.o:(stop_side)',
      { file: '../overlay/lib/millrace/foo.c', line: 31, message: 'undefined symbol: no_such' },
    ],
    [
      'ld.lld-19: error: undefined symbol: no_such\n>>> referenced by foo.c\n>>>               vmlinux.o:(stop_side)',
      { file: null, line: null, message: 'undefined symbol: no_such' },
    ],
    [
      'ERROR: modpost: "no_such" [lib/millrace/foo.ko] undefined!\nmake[2]: *** [scripts/Makefile.modpost:145: Module.symvers] Error 1',
      { file: null, line: null, message: 'modpost: "no_such" [lib/millrace/foo.ko] undefined!' },
    ],
    [
      "make[3]: *** No rule to make target 'lib/millrace/foo.o', needed by 'lib/millrace/built-in.a'.  Stop.",
      {
        file: null,
        message: "No rule to make target 'lib/millrace/foo.o', needed by 'lib/millrace/built-in.a'.  Stop.",
      },
    ],
    [
      'vmlinux.o: error: objtool: foo+0x12: unannotated intra-function call',
      { file: null, message: 'objtool: foo+0x12: unannotated intra-function call' },
    ],
    ['clang-19: error: unknown argument: -fnothing', { file: null, message: 'unknown argument: -fnothing' }],
    [
      'Makefile:611: *** source directory cannot contain spaces or colons.  Stop.',
      { file: 'Makefile', line: 611, message: 'source directory cannot contain spaces or colons.  Stop.' },
    ],
    [
      'scripts/sorttable.c: /bin/sh: 1: flex: not found\nmake[2]: *** [scripts/Makefile.host:9: scripts/kconfig/lexer.lex.c] Error 127',
      { file: null, message: '[scripts/Makefile.host:9: scripts/kconfig/lexer.lex.c] Error 127' },
    ],
  ])('in %j', (output, expected) => {
    expect(firstError(output)).toMatchObject(expected);
  });

  test('of make and of the linker shows what stands before it', () => {
    const missing =
      '  LEX     scripts/kconfig/lexer.lex.c\n/bin/sh: 1: flex: not found\nmake[2]: *** [x:9: y] Error 127';
    expect(firstError(missing)?.excerpt).toBe('/bin/sh: 1: flex: not found\nmake[2]: *** [x:9: y] Error 127');
    const linker =
      "  LD      vmlinux\nld: foo.o: in function `stop_side':\nfoo.c:3: undefined reference to `x'";
    expect(firstError(linker)?.excerpt).toBe(
      "ld: foo.o: in function `stop_side':\nfoo.c:3: undefined reference to `x'",
    );
  });

  test('a warning, a step or a file named error is none', () => {
    expect(
      firstError(`  CC      fs/error.o
fs/error.c:1:2: warning: this is an error in disguise
ld.bfd: warning: vmlinux.o: missing .note.GNU-stack section implies executable stack
vmlinux.o: warning: objtool: foo+0x1: unreachable
  LD      undefined.o`),
    ).toBeNull();
  });

  test('is bounded, however long the compiler goes on', () => {
    const output = `a.c:1:1: error: x\n${'a.c:2:2: error: y\n'.repeat(10_000)}`;
    expect(firstError(output)?.excerpt.split('\n').length).toBeLessThan(20);
  });
});
