// Points in C texts: where a call can stand in front of what a line does, and what becomes of the lines.
import { expect, test } from 'vitest';
import { lineIn, putPoints, statementFinder, withoutPoints } from '../../../src/kernel/index.js';

const source = `#include <linux/io.h>
#ifdef CONFIG_PM
#include <linux/pm.h>
#endif

static int stop(struct dev *dev, int channel)
{
	u32 enabled = read(dev, ENABLE);
	int i;

	if (!dev->pci)
		return -ENODEV;
	else if (dev->gone)
		report(dev,
		       channel);
	for (i = 0; i < 4; i++)
		dev->pending &= ~BIT(i);
	list_for_each_entry(one, &dev->all, list)
		one->on = false;
	switch (channel) {
	case 1: dev->one = 0;
		break;
	default:
		break;
	}
	do {
		i--;
	} while (dev->busy);
	return 0;
}

#define CLEAR(dev) \\
	(dev)->pending = 0
`;

/** Only the lines that the points changed. */
async function withPoint(line: number): Promise<readonly string[] | null> {
  const pointed = await putPoints(source, [{ number: 7, line }]);
  if (pointed === null) return null;
  const before = new Set(source.split('\n'));
  return pointed.text
    .split('\n')
    .filter((one) => !before.has(one) && one !== 'void millrace_point(unsigned int point);');
}

test('a point stands on a line of its own, as deep as the statement behind it', async () => {
  expect(await withPoint(8)).toEqual(['\tmillrace_point(7);']);
  expect(await withPoint(11)).toEqual(['\tmillrace_point(7);']);
  expect(await withPoint(27)).toEqual(['\t\tmillrace_point(7);']);
});

test('a body without braces gets some', async () => {
  expect(await withPoint(12)).toEqual(['\t\t{ millrace_point(7); return -ENODEV; }']);
  expect(await withPoint(17)).toEqual(['\t\t{ millrace_point(7); dev->pending &= ~BIT(i); }']);
});

test('a statement of several lines is one, from any of them', async () => {
  const whole = ['\t\t{ millrace_point(7); report(dev,', '\t\t       channel); }'];
  expect(await withPoint(14)).toEqual(whole);
  expect(await withPoint(15)).toEqual(whole);
});

test('a loop that is a macro is not cut from its body', async () => {
  expect(await withPoint(19)).toEqual(['\tmillrace_point(7);']);
  expect((await statementFinder(source))(19)).toMatchObject({ line: 18, endLine: 19, isLoop: true });
});

test('behind a case label on the same line, the point stands on it too', async () => {
  expect(await withPoint(21)).toEqual(['\tcase 1: millrace_point(7); dev->one = 0;']);
});

test('nothing stands before the condition of do-while, in a macro, or outside of functions', async () => {
  for (const line of [1, 5, 7, 28, 33, 99]) expect(await withPoint(line), String(line)).toBeNull();
});

test('the head of a loop is told apart from its body, and done over and over', async () => {
  const find = await statementFinder(source);
  expect(find(16)).toMatchObject({ line: 16, endLine: 16, isLoop: true, function: 'stop' });
  expect(find(17)).toMatchObject({ line: 17, endLine: 17, isLoop: false, isBare: true });
  expect(find(13)).toMatchObject({ line: 13, endLine: 13, isLoop: false });
});

test('the prototype stands behind the includes that no condition encloses', async () => {
  const pointed = await putPoints(source, [{ number: 1, line: 11 }]);
  expect(pointed?.text.split('\n').slice(0, 4)).toEqual([
    '#include <linux/io.h>',
    '',
    'void millrace_point(unsigned int point);',
    '#ifdef CONFIG_PM',
  ]);
});

test('lines of a text with points lead back to those of the text without', async () => {
  const pointed = await putPoints(source, [
    { number: 1, line: 8 },
    { number: 2, line: 11 },
    { number: 3, line: 17 },
  ]);
  const [before, after] = [source.split('\n'), pointed?.text.split('\n') ?? []];
  for (const [index, line] of after.entries()) {
    if (pointed?.added.includes(index + 1)) continue;
    const old = before[withoutPoints(pointed?.added ?? [], index + 1) - 1];
    expect(line.replace('{ millrace_point(3); ', '').replace('; }', ';')).toBe(old);
  }
});

test('a line is found again in a fixed text, or what stands in its place', () => {
  const base = ['a', 'b', 'c', 'd', 'e'].join('\n');
  expect(lineIn(base, ['x', 'a', 'b', 'c', 'd', 'e'].join('\n'), 3)).toBe(4);
  expect(lineIn(base, ['a', 'b', 'X', 'Y', 'd', 'e'].join('\n'), 3)).toBe(3);
  expect(lineIn(base, ['a', 'b', 'd', 'e'].join('\n'), 3)).toBeNull();
  expect(lineIn(base, ['a', 'b', 'd', 'e'].join('\n'), 5)).toBe(4);
});
