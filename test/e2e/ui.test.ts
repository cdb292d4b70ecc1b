// `millrace ui` as whoever has its address sees it, without a browser.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { kernel, record } from '../render/records.js';

const main = join(import.meta.dirname, '../../dist/cli/main.js');
let work: string;
let server: ChildProcess;
let address: string;

async function storeRun(id: string, change: object = {}): Promise<void> {
  const made = join(work, 'made');
  await mkdir(made);
  await writeFile(
    join(made, 'run.json'),
    JSON.stringify({ ...record(kernel('base', []), null), id, ...change }),
  );
  await mkdir(join(work, '.millrace/runs'), { recursive: true });
  await rename(made, join(work, '.millrace/runs', id));
}

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'millrace-ui-'));
  await storeRun('20260101T000000Z-one');
  server = spawn(process.execPath, [main, 'ui'], {
    cwd: work,
    env: { ...process.env, XDG_CACHE_HOME: join(work, 'cache') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: server.stdout as NodeJS.ReadableStream });
  [address] = (await once(lines, 'line')) as [string];
});

afterAll(async () => {
  const ended = once(server, 'exit');
  server.kill('SIGINT');
  expect((await ended)[0]).toBe(0);
  await rm(work, { recursive: true, force: true });
});

/** The states that it tells, until one is as wanted. */
async function stateWith(
  wanted: (state: { runs: { id: string }[]; jobs: { state: string; exitCode: number }[] }) => boolean,
) {
  const { body } = await fetch(`${address}api/events`);
  let text = '';
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    text += new TextDecoder().decode(chunk);
    for (const line of text.split('\n').slice(0, -1)) {
      if (!line.startsWith('data: ')) continue;
      const state = JSON.parse(line.slice('data: '.length));
      if (!wanted(state)) continue;
      return state;
    }
  }
  throw new Error('it told no such state');
}

/** fetch() would not send a Host of ours. */
function statusWith(headers: Record<string, string>, path = new URL(address).pathname): Promise<number> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(address);
    request({ host: '127.0.0.1', port, path, headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

it('prints an address on this machine with a token, and answers there alone', async () => {
  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\/$/);
  expect(await statusWith({})).toBe(200);
  expect(await statusWith({}, '/')).toBe(403);
  expect(await statusWith({}, '/api/state')).toBe(403);
  expect(await statusWith({}, `/${'A'.repeat(32)}/api/state`)).toBe(403);
  expect(await statusWith({ host: 'evil.example' })).toBe(403);
  expect(await statusWith({ origin: 'http://evil.example' })).toBe(403);
  expect(await statusWith({ 'sec-fetch-site': 'cross-site' })).toBe(403);
});

it('lets nothing into its pages', async () => {
  const page = await fetch(address);
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+';/);
  expect(policy).not.toContain('unsafe');
  expect(page.headers.get('referrer-policy')).toBe('no-referrer');
});

it('shows a run as the report does, and says so where there is none', async () => {
  const one = await fetch(`${address}runs/20260101T000000Z-one`);
  expect(one.status).toBe(200);
  expect(await one.text()).toContain('20260101T000000Z-one');
  expect((await fetch(`${address}runs/none`)).status).toBe(404);
  expect((await fetch(`${address}runs/${encodeURIComponent('../../../../etc')}`)).status).toBe(404);
});

it('tells of a run that is made while it looks', async () => {
  const seen = stateWith(({ runs }) => runs.some(({ id }) => id === '20260101T000001Z-two'));
  await storeRun('20260101T000001Z-two');
  expect((await seen).runs.map(({ id }: { id: string }) => id)).toEqual([
    '20260101T000001Z-two',
    '20260101T000000Z-one',
  ]);
});

it('starts a run, with the command that does the same, and tells how it ends', async () => {
  const answer = await fetch(`${address}api/jobs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ case: 'no such case', engine: 'model' }),
  });
  expect(answer.status).toBe(201);
  expect(await answer.json()).toMatchObject({ command: "millrace run 'no such case' --engine model" });
  const { jobs } = await stateWith((state) => state.jobs[0]?.state === 'ended');
  expect(jobs[0]).toMatchObject({ exitCode: 2 });
  expect(jobs[0].lines.join('\n')).toContain('there is no case no such case');
});

it('starts nothing for a form of another page', async () => {
  const body = JSON.stringify({ case: 'tw686x-streamoff', engine: 'model' });
  const answer = await fetch(`${address}api/jobs`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body,
  });
  expect(answer.status).toBe(400);
});
