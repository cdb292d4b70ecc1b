// The layering of src/: every import looks down, by value and by type, so that a room can be read without those above it.
import { expect, test } from 'vitest';
import { circlesIn, importsBetweenFiles } from './imports.js';

/** From the ground up; rooms of one floor know nothing of each other. */
const floors = [
  ['base'],
  ['mail'],
  ['c-syntax', 'kconfig', 'lkmm', 'report', 'tree'],
  ['bisect', 'case', 'litmus'],
  ['device'],
  ['kernel', 'model'],
  ['doctor', 'export', 'judge'],
  ['record', 'scaffold'],
  ['evidence'],
  ['words'],
  ['page'],
  ['run'],
  ['campaign'],
  ['render'],
  ['ui'],
  ['cli', 'index.ts'],
] as const;

const imports = importsBetweenFiles();
const roomOf = (file: string) => file.split('/')[0] ?? '';
const floorOf = (file: string) => floors.findIndex((rooms) => rooms.some((room) => room === roomOf(file)));

test('every room has its floor', () => {
  expect([...new Set([...imports.keys()].map(roomOf))].toSorted()).toEqual(floors.flat().toSorted());
});

test('every import from one room to another looks down', () => {
  const wrong = [...imports].flatMap(([file, targets]) =>
    targets
      .filter((target) => roomOf(target) !== roomOf(file) && floorOf(target) >= floorOf(file))
      .map((target) => `${file} imports ${target}`),
  );
  expect(wrong).toEqual([]);
});

test('another room is entered by a door', () => {
  const doors = /(^|\/)index\.ts$/;
  const wrong = [...imports].flatMap(([file, targets]) =>
    targets
      .filter((target) => roomOf(target) !== roomOf(file) && !doors.test(target))
      .map((target) => `${file} imports ${target}`),
  );
  expect(wrong).toEqual([]);
});

test('no files import each other in a circle, not even by types', () => {
  // The machine's own classes still do.
  const outside = new Map(
    [...imports].map(([file, targets]) => [
      file,
      targets.filter((target) => !target.startsWith('model/machine/')),
    ]),
  );
  expect(circlesIn(outside).map((circle) => circle.join(' > '))).toEqual([]);
});

test('a circle and an arrow up are seen', () => {
  const circle = new Map([
    ['a', ['b']],
    ['b', ['c']],
    ['c', ['a']],
  ]);
  expect(circlesIn(circle)).toEqual([['a', 'b', 'c', 'a']]);
  expect(floorOf('evidence/index.ts')).toBeGreaterThan(floorOf('judge/index.ts'));
});
