import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findImage, inputsHash, keepImage } from '../../../src/kernel/build/images.js';

const facts = { seconds: 312.5, objects: 640, release: '6.12.117' };

/** A folder with what a build leaves. */
function built(text = 'kernel'): { root: string; objects: string; log: string } {
  const root = mkdtempSync(join(tmpdir(), 'millrace-images-'));
  const objects = join(root, 'objects');
  mkdirSync(objects);
  writeFileSync(join(objects, 'vmlinux'), text);
  writeFileSync(join(objects, '.config'), 'CONFIG_KUNIT=y\n');
  const log = join(root, 'build.log');
  writeFileSync(log, '  CC      foo.o\n');
  return { root, objects, log };
}

const age = (path: string, hours: number) => {
  const then = new Date(Date.now() - hours * 3_600_000);
  utimesSync(path, then, then);
};

test('an image is found by its inputs, as it was kept, whatever becomes of the objects', async () => {
  const { root, objects, log } = built();
  expect(await findImage(root, 'one')).toBeNull();
  const kept = await keepImage(root, 'one', objects, log, facts);
  writeFileSync(join(objects, 'vmlinux'), 'the fixed kernel');
  expect(await findImage(root, 'one')).toEqual(kept);
  expect(kept).toMatchObject(facts);
  expect(readFileSync(kept.vmlinux, 'utf8')).toBe('kernel');
  expect(readFileSync(kept.config, 'utf8')).toBe('CONFIG_KUNIT=y\n');
  expect(readFileSync(kept.log, 'utf8')).toBe('  CC      foo.o\n');
  expect(await findImage(root, 'two')).toBeNull();
});

test('an image that could not be kept whole is not there, and the next attempt succeeds', async () => {
  const { root, objects, log } = built();
  await expect(keepImage(root, 'one', objects, join(root, 'no.log'), facts)).rejects.toThrow('ENOENT');
  expect(await findImage(root, 'one')).toBeNull();
  await keepImage(root, 'one', objects, log, facts);
  expect(readdirSync(join(root, 'images'))).toEqual(['one']);
});

test('what a killed process left half copied is neither found nor in the way', async () => {
  const { root, objects, log } = built();
  mkdirSync(join(root, 'images', 'one.new'), { recursive: true });
  writeFileSync(join(root, 'images', 'one.new', 'vmlinux'), 'half');
  expect(await findImage(root, 'one')).toBeNull();
  const { vmlinux } = await keepImage(root, 'one', objects, log, facts);
  expect(readFileSync(vmlinux, 'utf8')).toBe('kernel');
});

test('an image whose facts cannot be read is built anew', async () => {
  const { root, objects, log } = built();
  const { directory } = await keepImage(root, 'one', objects, log, facts);
  writeFileSync(join(directory, 'image.json'), '{"seconds": 1');
  expect(await findImage(root, 'one')).toBeNull();
});

test('only the oldest go, and none that may be booting', async () => {
  const { root, objects, log } = built();
  for (let index = 0; index < 12; index++) {
    const { directory } = await keepImage(root, `old${index}`, objects, log, facts);
    age(directory, 100 - index);
  }
  const images = () => readdirSync(join(root, 'images')).sort();
  // Used again: it counts as new.
  await findImage(root, 'old5');
  await keepImage(root, 'new', objects, log, facts);
  expect(images()).toEqual(['new', 'old10', 'old11', 'old5', 'old6', 'old7', 'old8', 'old9']);
  for (const name of images()) age(join(root, 'images', name), 0.5);
  await keepImage(root, 'newer', objects, log, facts);
  expect(images()).toHaveLength(9);
  expect(existsSync(join(root, 'images', 'old6'))).toBe(true);
});

test('the name of the inputs changes with any of them, and with nothing else', () => {
  const inputs = {
    tree: 'one',
    files: [{ path: 'a.c', text: 'x' }],
    fragment: [{ symbol: 'CONFIG_A', value: 'y' }],
    variables: ['CC=clang-19', 'KCSAN_SANITIZE=n'],
  };
  const changes: readonly object[] = [
    { tree: 'two' },
    { files: [{ path: 'a.c', text: 'y' }] },
    { files: [{ path: 'b.c', text: 'x' }] },
    { files: [{ path: 'a.c', text: 'x', removed: true }] },
    { fragment: [{ symbol: 'CONFIG_A', value: 'n' }] },
    { variables: ['CC=clang-18', 'KCSAN_SANITIZE=n'] },
    { variables: ['CC=clang-19'] },
  ];
  const hashes = [inputs, ...changes.map((change) => ({ ...inputs, ...change }))].map(inputsHash);
  expect(new Set(hashes).size).toBe(hashes.length);
  expect(inputsHash(structuredClone(inputs))).toBe(hashes[0]);
  expect(hashes[0]).toMatch(/^[0-9a-f]{20}$/);
});
