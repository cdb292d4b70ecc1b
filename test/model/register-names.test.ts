// The driver's names of registers that a harness has plain memory for: by what it hands to its own accessors.
import { expect, test } from 'vitest';
import { registerNamesOf } from '../../src/model/run/register-names.js';

const accessors = `
struct foo { __u32 __iomem *mmio; };
static inline u32 reg_read(struct foo *foo, unsigned int reg)
{
	return readl(foo->mmio + reg);
}
static inline void reg_write(struct foo *foo, unsigned int reg, u32 value)
{
	writel(value, foo->mmio + reg);
}
`;
const numbers = `
#define FOO_STATUS	0x00 /* nobody writes it */
#define FOO_ENABLE	0x02
#define FOO_COMMAND	(0x0a)
#define FOO_ALIAS	10
#define FOO_PAGES	((const u16[2]) { 0x03, 0x04 })
#define FOO_UNUSED	5
`;
const driver = `
#include "foo.h"
static void start(struct foo *foo, int ch)
{
	/* reg_write(foo, FOO_UNUSED, 1); */
	reg_write(foo, FOO_ENABLE, reg_read(foo, FOO_STATUS) | BIT(ch));
	reg_write(foo, FOO_PAGES[ch], 1);
}
`;
const harness = 'state->foo.mmio = (__u32 __iomem __force *)state->registers;';

/** Of the elements of `registers`, four bytes each. */
function namesIn(files: Readonly<Record<string, string>>): (string | null)[] {
  const all: Readonly<Record<string, string>> = {
    'drivers/foo/foo.h': `#include "regs/numbers.h"\n${accessors}`,
    'drivers/foo/regs/numbers.h': numbers,
    'drivers/foo/foo.c': driver,
    'harness.c': harness,
    ...files,
  };
  const symbols = { files: () => ['drivers/foo/foo.c', 'harness.c'] };
  const registers = registerNamesOf({ symbols }, { text: (file) => all[file] ?? '' }, 'harness.c');
  return [0, 2, 3, 5, 10].map((index) => registers.at('registers', 4 * index));
}

test('a register has the name that the driver hands to the accessor, and no other', () => {
  expect(namesIn({})).toEqual(['FOO_STATUS', 'FOO_ENABLE', null, null, null]);
});

test('a register with two names has none', () => {
  const more = `${driver}\nvoid f(struct foo *foo) { reg_write(foo, FOO_COMMAND, 1); }`;
  expect(namesIn({ 'drivers/foo/foo.c': more })[4]).toBe('FOO_COMMAND');
  const alias = `${more}\nvoid g(struct foo *foo) { reg_write(foo, FOO_ALIAS, 1); }`;
  expect(namesIn({ 'drivers/foo/foo.c': alias })[4]).toBe(null);
});

test('behind a pointer without a type macros count bytes, and without an accessor they stand in the access itself', () => {
  const direct =
    'struct foo { void __iomem *mmio; };\nvoid f(struct foo *foo) { writel(1, foo->mmio + FOO_8); }';
  const files = {
    'drivers/foo/foo.h': '#define FOO_8 8',
    'drivers/foo/foo.c': `#include "foo.h"\n${direct}`,
  };
  expect(namesIn(files)).toEqual([null, 'FOO_8', null, null, null]);
});

test('nothing is named where the harness lets no pointer of the driver’s point, or two types disagree', () => {
  expect(namesIn({ 'harness.c': 'state->registers[0] = 1;' })).toEqual([null, null, null, null, null]);
  const other = `${driver}\nstruct bar { void __iomem *mmio; };`;
  expect(namesIn({ 'drivers/foo/foo.c': other })).toEqual([null, null, null, null, null]);
});
