// Who may ask `millrace ui` for anything.
import { expect, test } from 'vitest';
import { mayAsk } from '../../src/ui/guard.js';
import { jobArguments, jobRequest } from '../../src/ui/jobs.js';

const allowed = { port: 4242, token: 'a-token-of-some-length' };
const asked = { host: '127.0.0.1:4242', origin: undefined, site: undefined, token: allowed.token };

test.each([
  ['the address that was printed, typed or followed', { site: 'none' }],
  ['a request of the page itself', { origin: 'http://127.0.0.1:4242', site: 'same-origin' }],
  ['the same machine by its other name', { host: 'localhost:4242', origin: 'http://localhost:4242' }],
])('answers %s', (_, change) => {
  expect(mayAsk({ ...asked, ...change }, allowed)).toBe(true);
});

test.each([
  ['no token', { token: '' }],
  ['another token', { token: 'b-token-of-some-length' }],
  ['a part of the token', { token: 'a-token' }],
  ['a name that was made to point here', { host: 'evil.example:4242' }],
  ['another port', { host: '127.0.0.1:80' }],
  ['no host', { host: undefined }],
  ['a page from elsewhere', { origin: 'https://evil.example' }],
  ['a page of another server on this machine', { origin: 'http://127.0.0.1:8080' }],
  ['a file', { origin: 'null' }],
  ['what the browser says comes from another site', { site: 'cross-site' }],
  ['what the browser says comes from another port', { site: 'same-site' }],
])('refuses %s', (_, change) => {
  expect(mayAsk({ ...asked, ...change }, allowed)).toBe(false);
});

test('starts a run by words alone, none of which is an option', () => {
  const request = jobRequest({ case: 'a b', tree: 'debian:6.12', engine: 'model' });
  expect(request && jobArguments(request)).toEqual([
    ...['run', 'a b', '--tree', 'debian:6.12', '--engine', 'model'],
  ]);
  for (const wrong of [
    null,
    'run',
    {},
    { case: '', engine: 'model' },
    { case: '--help', engine: 'model' },
    { case: 'a', tree: '--output=/etc/passwd', engine: 'model' },
    { case: 'a', engine: 'all' },
    { case: ['a'], engine: 'model' },
    { case: 'a\0b', engine: 'model' },
  ])
    expect(jobRequest(wrong)).toBeNull();
});
