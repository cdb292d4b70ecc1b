// Data is typed, and sentences are made of it at the very end: a machine, detector or explorer that words what it found
// makes somebody read it back.
import { expect, test } from 'vitest';
import { displayTexts, matchedTexts, runsOfWords, sourcesOf } from './words.js';

const typed = [
  'model/machine',
  'model/detect',
  'model/explore',
  'model/replay',
  'model/kernel-test',
  'model/sampling',
  'model/threads',
  'judge',
  'evidence',
];

/** Files with words that are not Millrace's own, or that the user reads before anything runs. */
const others: Readonly<Record<string, string>> = {
  'model/machine/failures.ts': 'what V8 says of a load or store',
  'model/machine/plain-c.ts': 'hints of errors for the user',
  'model/machine/kcsan/marks.ts': 'the kernel’s own warnings',
  'model/detect/kcsan/access-types.ts': 'the kernel’s own words in a report',
  'model/detect/kcsan/report.ts': 'the kernel’s own words in a report',
  'model/detect/kcsan/settings.ts': 'the form of a .config',
  'evidence/schema.ts': 'the title of a JSON Schema',
};

test('nothing that runs, watches, explores or judges a program holds text for readers', () => {
  const found = sourcesOf(...typed).flatMap(([file, text]) => displayTexts(file, text));
  expect(found.filter(({ file }) => !(file in others))).toEqual([]);
  expect([...new Set(found.map(({ file }) => file))].sort()).toEqual(Object.keys(others).toSorted());
});

/** What others say is read here: consoles, compilers, the words of older versions. */
const readers =
  /^(report|kconfig|tree|scaffold|c-syntax|words)\/|^model\/(compile|plain-c\/hints)|^record\/older-words/;

test('nobody reads back what src/words says of an execution', () => {
  const said = new Set(
    sourcesOf('words').flatMap(([file, text]) =>
      displayTexts(file, text).flatMap((one) => runsOfWords(one.text)),
    ),
  );
  expect(said.size).toBeGreaterThan(50);
  const read = sourcesOf('.')
    .filter(([file]) => !readers.test(file))
    .flatMap(([file, text]) => matchedTexts(file, text))
    .filter((one) => runsOfWords(one.text).some((run) => said.has(run)));
  expect(read).toEqual([]);
});

test('a sentence and an expression that reads one are seen, errors for the user are not', () => {
  const text = `
    fail({ message: \`T\${context} waits for a lock\` });
    const error = inputError('there is no such thing', { hint: 'Look again for it.' });
    const schema = z.object({ reason: z.literal('the fix does harm') }).describe('What a verdict is.');
    if (/waits for (\\w+)/.test(what) || what.startsWith('has just')) fail(error);`;
  expect(displayTexts('a.ts', text).map((one) => one.text)).toEqual([
    ' waits for a lock',
    'the fix does harm',
    'has just',
  ]);
  expect(matchedTexts('a.ts', text).map((one) => one.line)).toEqual([5, 5]);
});
