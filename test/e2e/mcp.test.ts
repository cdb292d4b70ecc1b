// `millrace mcp`, as an agent uses it: by the official SDK's client, over the pipes of a child process.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, expect, test } from 'vitest';

let folder = '';
let client: Client;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-agent-'));
  client = new Client({ name: 'test', version: '1' });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [resolve('dist/cli/main.js'), 'mcp'],
      cwd: folder,
      env: { ...process.env } as Record<string, string>,
    }),
  );
});
afterAll(async () => {
  await client.close();
  await rm(folder, { recursive: true, force: true });
});

async function call(name: string, args: Record<string, unknown>, options = {}) {
  const result = await client.callTool({ name, arguments: args }, options);
  const [first] = result.content as { type: string; text: string }[];
  return { ...result, text: first?.text ?? '', data: result.structuredContent as Record<string, unknown> };
}

const racy = `#include <pthread.h>
int hits;
static void *count(void *none) { hits++; return none; }
int main(void)
{
	pthread_t thread;
	pthread_create(&thread, 0, count, 0);
	hits++;
	return pthread_join(thread, 0);
}
`;

test('lists its tools, each described, with schemas of what goes in and comes out', async () => {
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name).sort()).toEqual([
    ...['check_program', 'list_runs', 'litmus_test', 'parse_log', 'replay_case', 'report', 'run_case'],
  ]);
  for (const { description, inputSchema, outputSchema } of tools) {
    expect(description?.length).toBeGreaterThan(60);
    expect(inputSchema.type).toBe('object');
    expect(outputSchema?.type).toBe('object');
  }
});

test('a program that races, its schedule step by step, and one that does not', async () => {
  const messages: string[] = [];
  const found = await call(
    'check_program',
    { source: racy },
    { onprogress: ({ message = '' }: { message?: string }) => messages.push(message) },
  );
  expect(found.data).toMatchObject({
    exitCode: 1,
    meaning: 'unexpected',
    result: { outcome: 'found', findings: [{ kind: 'data-race' }] },
  });
  expect(messages.length).toBeGreaterThan(0);
  const { findings } = found.data.result as { findings: { schedule: string }[] };
  const steps = await call('check_program', { source: racy, replay: findings[0]?.schedule });
  expect(steps.text).toContain('hits++');
  const silent = await call('check_program', { source: racy.replace('hits++; return', 'return') });
  expect(silent.data).toMatchObject({ exitCode: 0, result: { outcome: 'nothing', findings: [] } });
});

test('what is wrong with what it was given is an error with the place', async () => {
  const broken = await call('check_program', { source: 'int main(void) { return x; }' });
  expect(broken.isError).toBe(true);
  expect(broken.text).toContain('program.c:1:25');
  expect((await call('report', { run: 'latest', as: 'mail' })).isError).toBe(true);
  expect((await call('run_case', { case: '--tree' })).isError).toBe(true);
  expect((await call('check_program', {})).isError).toBe(true);
});

test('a log and a litmus test', async () => {
  const log = await call('parse_log', { text: 'ok 1 - suite\n' });
  expect(log.data).toMatchObject({ exitCode: 0, result: { races: [] } });
  const litmus = await call('litmus_test', {
    test: 'C SB\n{}\nP0(int *x, int *y)\n{\n\tint r0;\n\tWRITE_ONCE(*x, 1);\n\tr0 = READ_ONCE(*y);\n}\nP1(int *x, int *y)\n{\n\tint r0;\n\tWRITE_ONCE(*y, 1);\n\tr0 = READ_ONCE(*x);\n}\nexists (0:r0=0 /\\ 1:r0=0)\n',
  });
  expect(litmus.text).toContain('Sometimes');
  expect(await call('list_runs', {})).toMatchObject({ data: { result: { runs: [] } } });
});

test('a call that is cancelled ends, and the server goes on', async () => {
  const endless = `#include <pthread.h>
#include <stdatomic.h>
static atomic_int turns;
static void *turn(void *none) { for (int i = 0; i < 9; i++) turns++; return none; }
int main(void)
{
	pthread_t threads[4];
	for (int i = 0; i < 4; i++) pthread_create(&threads[i], 0, turn, 0);
	for (int i = 0; i < 4; i++) pthread_join(threads[i], 0);
}
`;
  const controller = new AbortController();
  const cancelled = call(
    'check_program',
    { source: endless, maxTime: 600 },
    {
      signal: controller.signal,
      onprogress: () => controller.abort(),
    },
  );
  await expect(cancelled).rejects.toThrow();
  expect((await client.listTools()).tools.length).toBeGreaterThan(0);
});
