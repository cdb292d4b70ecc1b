// `millrace runs` with what it kept: the same bytes as without, and never of a record that is another by now.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { run } from '../../src/base/index.js';
import { kernel, record } from '../render/records.js';

const main = join(import.meta.dirname, '../../dist/cli/main.js');
let work: string;

beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), 'millrace-runs-'));
});
afterEach(() => rm(work, { recursive: true, force: true }));

async function runs(): Promise<string> {
  const env = { XDG_CACHE_HOME: join(work, 'cache') };
  return (await run(process.execPath, [main, 'runs', '--json'], { cwd: work, env })).stdout;
}
const store = async (id: string, changes: object) => {
  await mkdir(join(work, '.millrace/runs', id), { recursive: true });
  await writeFile(
    join(work, '.millrace/runs', id, 'run.json'),
    JSON.stringify({ ...record(kernel('base', []), null), ...changes }),
  );
};
const kept = async () => {
  const folder = join(work, 'cache/millrace/runs');
  const [name = ''] = await readdir(folder);
  return join(folder, name);
};

it('says the same from what it kept, and what is true of a record that has changed', async () => {
  await store('20260101T000000Z-one', { id: 'one' });
  await store('20260101T000001Z-two', { id: 'two' });
  const cold = await runs();
  expect(JSON.parse(cold).runs.map(({ id }: { id: string }) => id)).toEqual(['two', 'one']);
  expect(await runs()).toBe(cold);
  await store('20260101T000000Z-one', { id: 'uno' });
  expect(await runs()).toBe(cold.replace('"one"', '"uno"'));
  await rm(join(work, '.millrace/runs/20260101T000001Z-two'), { recursive: true });
  expect(JSON.parse(await runs()).runs).toHaveLength(1);
});

it('makes anew what was damaged', async () => {
  await store('20260101T000000Z-one', { id: 'one' });
  const cold = await runs();
  const text = await readFile(await kept(), 'utf8');
  await writeFile(await kept(), text.replace('"id":"one"', '"id":"odd"'));
  expect(await runs()).toBe(cold);
  await writeFile(await kept(), '');
  expect(await runs()).toBe(cold);
});
