import { describe, expect, it } from 'vitest';
import { evaluateMakefile, objectRules } from '../../../src/model/compile/makefile/index.js';

const root = '/millrace/tree';

function rulesOf(source: string, files: Readonly<Record<string, string>>, set: readonly string[] = []) {
  const configuration = new Map(set.map((name) => [`CONFIG_${name}`, 'y']));
  return objectRules(
    source,
    configuration,
    {
      read: (path: string) => files[path] ?? null,
      folders: (path: string) =>
        Object.keys(files)
          .flatMap((file) => (file.startsWith(`${path}/`) ? [file.slice(path.length + 1)] : []))
          .filter((rest) => rest.includes('/'))
          .map((rest) => rest.slice(0, rest.indexOf('/'))),
    },
    root,
  );
}

function variableOf(text: string, name: string, set: Readonly<Record<string, string>> = {}): string {
  const made = evaluateMakefile(text, { variables: new Map(Object.entries(set)), include: () => null });
  return made.get(name) ?? '';
}

describe('the reader of makefiles', () => {
  it('adds to a variable under the name that a configuration symbol gives it', () => {
    const text = 'ccflags-y := -DA\nccflags-$(CONFIG_B) += -DB\nccflags-$(CONFIG_C) += -DC\n';
    expect(variableOf(text, 'ccflags-y', { CONFIG_B: 'y' })).toBe('-DA -DB');
  });

  it('takes the one branch of a conditional that holds', () => {
    const text = 'ifeq ($(A),1)\nX := one\nelse ifeq ($(A),2)\nX := two\nelse\nX := other\nendif\n';
    expect(['1', '2', '3'].map((A) => variableOf(text, 'X', { A }))).toEqual(['one', 'two', 'other']);
  });

  it('reads nothing inside a branch that does not hold, conditionals included', () => {
    expect(variableOf('ifdef NO\nifdef YES\nX := 1\nelse\nX := 2\nendif\nendif\n', 'X', { YES: 'y' })).toBe(
      '',
    );
  });

  it('expands a recursive variable when it is used and a simple one where it is set', () => {
    expect(variableOf('A = $(C)\nB := $(C)\nC := late\nX := $(A)-$(B)\n', 'X')).toBe('late-');
  });

  it('joins continued lines, and leaves out comments and recipes', () => {
    expect(variableOf('X := a \\\n  b # c\nall:\n\tX := d\n', 'X')).toBe('a b');
  });

  it.each([
    ['$(patsubst %,-I%,a b)', '-Ia -Ib'],
    ['$(addprefix -I,$(filter-out b,a b c))', '-Ia -Ic'],
    ['$(LIST:.c=.o)', 'x.o y.o'],
    ['$(foreach d,p q,-I$(d))', '-Ip -Iq'],
    ['$(if $(LIST),yes,no)', 'yes'],
    ['$(subst x,z,$(LIST))', 'z.c y.c'],
    ['$(call cc-option,-Wno-x)', ''],
  ])('knows %s', (expression, result) => {
    expect(variableOf(`LIST := x.c y.c\nX := ${expression}\n`, 'X')).toBe(result);
  });
});

describe('how one object is compiled', () => {
  const folder = 'drivers/x';

  it('has the folder’s flags, its own, and those that folders above hand down', () => {
    const rules = rulesOf(`${folder}/a-b.c`, {
      'drivers/Makefile': 'subdir-ccflags-y := -DDOWN\nccflags-y := -DNOT\n',
      [`${folder}/Makefile`]:
        'obj-y += a-b.o\nccflags-y := -I$(src)/inc -Wall -O3\nCFLAGS_a-b.o := -DOWN="x y" -include z.h\n',
    });
    expect(rules.flags).toEqual(['-DDOWN', `-I${root}/${folder}/inc`, '-DOWN=x y', '-include', 'z.h']);
  });

  it('finds $(srctree)/$(src) in trees where $(src) is relative and where it is not', () => {
    const makefile = 'obj-y += a.o\nccflags-y := -I$(srctree)/$(src) -I$(src)/b -I $(srctree)/c\n';
    const rules = rulesOf(`${folder}/a.c`, { [`${folder}/Makefile`]: makefile });
    expect(rules.flags).toEqual([`-I${root}/${folder}`, `-I${root}/${folder}/b`, `-I${root}/c`]);
  });

  it('names the module that the object is linked into', () => {
    const files = {
      [`${folder}/Makefile`]: 'obj-$(CONFIG_X) += mod.o\nmod-objs := a.o\nmod-$(CONFIG_B) += b.o\n',
    };
    expect(rulesOf(`${folder}/a.c`, files, ['X'])).toMatchObject({ module: 'mod', built: true });
    expect(rulesOf(`${folder}/b.c`, files, ['X'])).toMatchObject({ module: 'mod', built: false });
    expect(rulesOf(`${folder}/a.c`, files)).toMatchObject({ module: 'mod', built: false });
  });

  it('finds the makefile further up that lists an object of a sub-folder', () => {
    const files = {
      [`${folder}/Makefile`]: 'obj-y += mod.o\nmod-y := sub/a.o\nccflags-y := -DMOD\nCFLAGS_sub/a.o := -DA\n',
    };
    expect(rulesOf(`${folder}/sub/a.c`, files)).toMatchObject({ module: 'mod', flags: ['-DMOD', '-DA'] });
  });

  it('finds a makefile beside that reaches over', () => {
    const files = {
      'drivers/amd/gpu/Makefile':
        'obj-y += gpu.o\ngpu-y := main.o\ninclude $(src)/../display/Makefile\nccflags-y := -I$(src)/../inc\n',
      'drivers/amd/display/Makefile': 'gpu-y += $(addprefix ../display/./core/,dc.o)\n',
    };
    expect(rulesOf('drivers/amd/display/core/dc.c', files)).toMatchObject({
      module: 'gpu',
      flags: [`-I${root}/drivers/amd/gpu/../inc`],
    });
  });

  it('leaves out the instrumentation where the kernel does', () => {
    const one = { [`${folder}/Makefile`]: 'obj-y += a.o b.o\nKCSAN_SANITIZE_a.o := n\n' };
    expect(rulesOf(`${folder}/a.c`, one).instrumented).toBe(false);
    expect(rulesOf(`${folder}/b.c`, one).instrumented).toBe(true);
    const all = {
      [`${folder}/Makefile`]: 'obj-y += a.o b.o\nKCSAN_SANITIZE := n\nKCSAN_SANITIZE_b.o := y\n',
    };
    expect(rulesOf(`${folder}/a.c`, all).instrumented).toBe(false);
    expect(rulesOf(`${folder}/b.c`, all).instrumented).toBe(true);
  });
});
