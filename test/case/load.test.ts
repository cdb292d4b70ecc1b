import { cp, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { MillraceError } from '../../src/base/index.js';
import { loadCase } from '../../src/case/index.js';
import { errorText, exitCodeOf } from '../../src/cli/errors.js';

const fixtures = join(import.meta.dirname, 'fixtures');

async function failureOf(work: Promise<unknown>): Promise<MillraceError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof MillraceError)) throw error ?? new Error('it was taken as good');
  return error;
}

const textOf = (error: MillraceError) => `${stripVTControlCharacters(errorText(error))}\n`;

describe('a good case', () => {
  test('is loaded with its defaults filled in and its files as absolute paths', async () => {
    const loaded = await loadCase(join(fixtures, 'good'));
    const directory = join(fixtures, 'good');
    expect(loaded).toEqual({
      name: 'good',
      directory,
      title: 'foo_stop() against the foo timer',
      description: '',
      sources: ['drivers/foo/foo.c', 'drivers/foo/bar.c'],
      expose: { 'drivers/foo/foo.c': ['foo_timer', 'foo_stop'] },
      harness: join(directory, 'harness.c'),
      kunitconfig: join(directory, 'kunitconfig'),
      suite: 'foo',
      tests: [
        {
          name: 'stop_vs_timer',
          title: 'Stop against the timer',
          races: [{ functions: ['foo_timer', 'foo_stop'] }],
        },
      ],
      fixes: [{ name: 'hold-lock', title: 'Hold the lock', patch: join(directory, 'hold-lock.patch') }],
      assumptions: ["The queue's lock is held around foo_stop()."],
      kernel: {
        cpus: 4,
        memory: 2048,
        timeout: 120,
        seconds: 8,
        boots: 3,
        makeOptions: ['CC=clang-19', 'LLVM_IAS=1'],
      },
    });
  });

  test('survives being stored and read again', async () => {
    const loaded = await loadCase(join(fixtures, 'good'));
    expect(JSON.parse(JSON.stringify(loaded))).toEqual(loaded);
  });
});

describe('a wrong case is reported with file, line and what to do', async () => {
  const names = (await readdir(fixtures)).filter((name) => /^(bad|empty)/.test(name));
  test.each(names)('%s', async (name) => {
    const error = await failureOf(loadCase(join(fixtures, name)));
    expect(exitCodeOf(error)).toBe(2);
    await expect(textOf(error)).toMatchFileSnapshot(join(fixtures, '..', 'golden', `${name}.txt`));
  });

  test('a folder that is not there', async () => {
    const error = await failureOf(loadCase(join(fixtures, 'no-such-case')));
    expect(error.message).toBe('there is no case folder test/case/fixtures/no-such-case');
  });

  test('a folder with no case.yaml', async () => {
    const error = await failureOf(loadCase(join(fixtures, 'tree')));
    expect(error.message).toBe('there is no file test/case/fixtures/tree/case.yaml');
  });
});

describe('a case from a stranger', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'millrace-case-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function changed(name: string, change: (copy: string) => Promise<void>): Promise<MillraceError> {
    const copy = join(folder, name);
    await cp(join(fixtures, 'good'), copy, { recursive: true });
    await change(copy);
    return failureOf(loadCase(copy));
  }

  test('cannot name a file outside by a symbolic link', async () => {
    const error = await changed('link', async (copy) => {
      await rm(join(copy, 'hold-lock.patch'));
      await symlink('/etc/passwd', join(copy, 'hold-lock.patch'));
    });
    expect(textOf(error)).toContain('case.yaml:18:5: hold-lock.patch leads out of the case folder');
  });

  test('cannot name a device', async () => {
    const error = await changed('device', async (copy) => {
      await rm(join(copy, 'harness.c'));
      await symlink('/dev/zero', join(copy, 'harness.c'));
    });
    expect(textOf(error)).toContain('harness.c leads out of the case folder');
  });

  test('cannot bring a file of more than 4 MiB', async () => {
    const error = await changed('large', (copy) => truncate(join(copy, 'harness.c'), 4 * 1024 * 1024 + 1));
    expect(textOf(error)).toContain('harness.c is larger than 4 MiB');
  });

  test('cannot fill the memory with YAML aliases', async () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 9; i++) {
      const before = i === 1 ? 'a' : `a${i - 1}`;
      bomb.push(`a${i}: &a${i} [${Array(10).fill(`*${before}`).join(', ')}]`);
    }
    const error = await changed('bomb', (copy) => writeFile(join(copy, 'case.yaml'), bomb.join('\n')));
    expect(textOf(error)).toContain('case.yaml:1: Excessive alias count');
  });

  test('is UTF-8', async () => {
    const error = await changed('latin1', (copy) =>
      writeFile(join(copy, 'case.yaml'), Buffer.from('title: caf\xe9', 'latin1')),
    );
    expect(error.message).toMatch(/case\.yaml is not UTF-8 text$/);
  });
});

test('whatever a case.yaml holds, it is loaded or refused as bad input', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-case-'));
  await cp(join(fixtures, 'good'), folder, { recursive: true });
  const text = await readFile(join(fixtures, 'good', 'case.yaml'), 'utf8');
  const good = parse(text) as Record<string, unknown>;
  const key = fc.constantFrom(...Object.keys(good), '__proto__', 'constructor', 'toString');
  try {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(key, fc.jsonValue({ maxDepth: 3 })), async (changes) => {
        await writeFile(join(folder, 'case.yaml'), stringify({ ...good, ...changes }));
        await loadCase(folder).catch((error: unknown) => {
          if (!(error instanceof MillraceError && error.kind === 'input')) throw error;
          errorText(error);
        });
      }),
      { numRuns: 150 },
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});
