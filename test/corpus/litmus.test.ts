// Litmus tests that others wrote, against what herd7 says of them: the kernel tree's own, whose comments say their
// result, and a corpus that lies beside the project and is not part of it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runLitmus } from '../../src/litmus/index.js';
import { cachedTrees, openTree } from '../../src/tree/index.js';

interface Truth {
  readonly observation: string;
  readonly states: readonly string[];
  readonly race: boolean;
}

const corpus = join(import.meta.dirname, '../../../shared/corpus/litmus');
const present = existsSync(join(corpus, 'truth.json'));
const truth: Record<string, Truth> = present
  ? JSON.parse(readFileSync(join(corpus, 'truth.json'), 'utf8'))
  : {};

/** Symbols that stand for values out of thin air have numbers of the tool's own. */
const unnumbered = (states: readonly string[]) =>
  states.map((state) => state.replace(/\bS\d+;/g, 'S;')).sort();

describe.skipIf(!present)('the corpus of litmus tests', () => {
  it.each(Object.entries(truth))(
    '%s has the states, the observation and the race of herd7',
    async (name, expected) => {
      const { states, observation, race } = await runLitmus(readFileSync(join(corpus, name), 'utf8'), name);
      expect({ states: unnumbered(states.map(({ text }) => text)), observation, race }).toEqual({
        states: unnumbered(expected.states),
        observation: expected.observation,
        race: expected.race,
      });
    },
  );
});

describe("the tree's own litmus tests", async () => {
  const spec = process.env.MILLRACE_TREE ?? (await cachedTrees())[0]?.path ?? 'debian:6.12';
  const folder = join((await openTree(spec)).path, 'tools/memory-model/litmus-tests');
  const names = readdirSync(folder).filter((name) => name.endsWith('.litmus'));

  it('are there', () => expect(names.length).toBeGreaterThan(30));

  it.each(names)('%s is as its comment says', async (name) => {
    const { asExpected } = await runLitmus(readFileSync(join(folder, name), 'utf8'), name);
    expect(asExpected).toBe(true);
  });
});
