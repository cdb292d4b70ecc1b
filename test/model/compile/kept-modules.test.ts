// Modules from the cache: only what was made from the same, and only as it was made.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keptModule } from '../../../src/model/compile/index.js';

let cache: string;
let made: number;
const before = process.env.XDG_CACHE_HOME;

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'millrace-test-'));
  process.env.XDG_CACHE_HOME = cache;
  made = 0;
});
afterEach(async () => {
  if (before === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = before;
  await rm(cache, { recursive: true, force: true });
});

const make = async (...sources: unknown[]) => {
  const module = await keptModule('kind', sources, async () => {
    made += 1;
    return Uint8Array.of(1, 2, 3);
  });
  return [...module];
};
const files = async () => {
  const names = await readdir(cache, { recursive: true });
  return names.filter((name) => name.endsWith('.kept')).map((name) => join(cache, name));
};

it('what was made from the same is not made again', async () => {
  expect(await make('flags', Uint8Array.of(7))).toEqual([1, 2, 3]);
  expect(await make('flags', Uint8Array.of(7))).toEqual([1, 2, 3]);
  expect(made).toBe(1);
});

it('what was made from anything else is', async () => {
  await make('a', Uint8Array.of(7), Uint8Array.of(8));
  await make('b', Uint8Array.of(7), Uint8Array.of(8));
  await make('a', Uint8Array.of(7, 8), Uint8Array.of());
  await make('a', Uint8Array.of(8), Uint8Array.of(7));
  expect(made).toBe(4);
});

it.each([
  ['a flipped bit', (bytes: Buffer) => bytes.fill((bytes.at(-1) ?? 0) ^ 1, bytes.length - 1)],
  ['a flipped bit in the digest', (bytes: Buffer) => bytes.fill((bytes[0] ?? 0) ^ 1, 0, 1)],
  ['a lost end', (bytes: Buffer) => bytes.subarray(0, bytes.length - 1)],
  ['nothing in it', () => Buffer.alloc(0)],
])('a module with %s is made anew, and is whole again afterwards', async (_, damage) => {
  await make('flags');
  const [file = ''] = await files();
  const whole = await readFile(file);
  await writeFile(file, damage(Buffer.from(whole)));
  expect(await make('flags')).toEqual([1, 2, 3]);
  expect(made).toBe(2);
  expect((await readFile(file)).equals(whole)).toBe(true);
});

it('a cache that cannot be written is none', async () => {
  await writeFile(join(cache, 'file'), '');
  process.env.XDG_CACHE_HOME = join(cache, 'file');
  expect(await make('flags')).toEqual([1, 2, 3]);
});
