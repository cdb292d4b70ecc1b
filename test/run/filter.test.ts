import { expect, test } from 'vitest';
import { filterTests } from '../../src/run/filter.js';
import { smallCase } from '../kernel/small-case.js';

const theCase = smallCase({
  suite: 'tw686x',
  tests: ['streamoff', 'streamoff_two', 'copy', 'a-b', 'x(y)'].map((name) => ({
    name,
    title: name,
    races: [],
  })),
});
const left = (filter: string) =>
  filterTests(theCase, filter)
    .tests.map(({ name }) => name)
    .join(' ');
const all = 'streamoff streamoff_two copy a-b x(y)';

// As glob_match() of lib/glob.c and kunit_parse_glob_filter() of lib/kunit/executor.c have it, v6.12.
test.each([
  ['tw686x.*', all],
  ['tw686x', all],
  ['tw*', all],
  ['*', all],
  ['*.*', all],
  ['tw???x.copy', 'copy'],
  ['tw686x.streamoff', 'streamoff'],
  ['tw686x.streamoff*', 'streamoff streamoff_two'],
  ['*.*o*f*', 'streamoff streamoff_two'],
  ['*.[a-c]*', 'copy a-b'],
  ['*.[!a-c]*', 'streamoff streamoff_two x(y)'],
  ['*.[^c]*', 'copy'],
  ['*.x(y)', 'x(y)'],
])('the filter %s leaves %s', (filter, names) => {
  expect(left(filter)).toBe(names);
});

test.each([
  'other',
  'other.*',
  'tw686x.nothing',
  'tw686x.stream',
  'tw686x.{copy,a-b}',
  '!other',
  'tw686x.!copy',
  'TW686X.*',
])('the filter %s leaves nothing, which is an error that names the tests', (filter) => {
  expect(() => left(filter)).toThrow(`the filter ${filter} leaves none of the tests of foo-stop`);
});

test.each(['', 'a b', 'a"b', "a'b", 'a\\b', 'a\nb'])('%j is no filter', (filter) => {
  expect(() => left(filter)).toThrow('is no filter');
});

test('nothing else of the case changes', () => {
  expect({ ...filterTests(theCase, '*.copy'), tests: theCase.tests }).toEqual(theCase);
});
