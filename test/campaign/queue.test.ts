// Campaigns through a queue: a real Redis, real workers, and the death of each.
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, describe, expect, test } from 'vitest';
import { expectAllOnce } from './kills.js';
import { noRedis, redisServer, startRedis } from './redis.js';
import { smallCampaign } from './small-campaign.js';

const main = join(import.meta.dirname, '../../dist/cli/main.js');

/** What has to end with each test. */
const begun: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of begun.splice(0).reverse()) await end();
});

async function redis(options?: { tls: boolean }) {
  const server = await startRedis(options);
  begun.push(() => server.kill());
  return server;
}

/** `lines`: what it has told so far. */
function worker(folder: string, url: string, ...more: string[]) {
  const lines: string[] = [];
  const child = execa(
    process.execPath,
    [main, 'worker', '--store', join(folder, '.millrace/campaigns'), '--jobs', '1', ...more],
    { reject: false, cwd: folder, env: { MILLRACE_QUEUE: url }, forceKillAfterDelay: false },
  );
  child.stderr.on('data', (chunk) => lines.push(String(chunk)));
  begun.push(() => child.kill('SIGKILL') && child);
  const stop = async () => {
    child.kill('SIGTERM');
    return (await child).exitCode;
  };
  const told = async (text: RegExp) => {
    while (!text.test(lines.join(''))) {
      if (child.exitCode !== null) throw new Error(`the worker has ended: ${lines.join('')}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  return { child, lines, stop, told };
}

function campaign(folder: string, file: string, url: string, ...more: string[]) {
  const child = execa(
    process.execPath,
    [main, 'campaign', file, '--json', '-q', '--queue', url, '--store', '.millrace/campaigns', ...more],
    { reject: false, cwd: folder },
  );
  begun.push(() => child.kill('SIGKILL') && child);
  return child;
}

describe.skipIf(redisServer === null)(`with Redis${redisServer === null ? ` (${noRedis})` : ''}`, () => {
  test('two workers share the jobs, and give back what they have begun when they are stopped', async () => {
    const { url } = await redis();
    const { folder, file } = smallCampaign({ cases: 3, trees: 2 });
    const running = campaign(folder, file, url);
    const workers = [worker(folder, url), worker(folder, url)];
    await Promise.all(workers.map(({ told }) => told(/ ended /)));
    const third = worker(folder, url);
    const { stdout } = await running;
    expect(JSON.parse(stdout).counts).toMatchObject({ jobs: 6, done: 6, failed: 0 });
    await third.told(/ready for jobs of redis:\/\/127/);
    for (const { stop } of [...workers, third]) expect(await stop()).toBe(130);
    expectAllOnce(folder, 6);
    expect(third.lines.join('')).not.toContain('secret');
  });

  test('a job returns whose worker is killed over it', async () => {
    const { url } = await redis();
    const { folder, file } = smallCampaign({ cases: 1, trees: 2 });
    const running = campaign(folder, file, url);
    const victim = worker(folder, url, '--lease', '2');
    await victim.told(/ begins /);
    victim.child.kill('SIGKILL');
    const heir = worker(folder, url, '--lease', '2');
    const { stdout } = await running;
    expect(JSON.parse(stdout).counts).toMatchObject({ jobs: 2, done: 2, failed: 0 });
    await heir.stop();
    // Whoever comes next clears away what the dead one was at.
    await campaign(folder, file, url);
    expectAllOnce(folder, 2);
  });

  test('a queue that is killed and has lost everything loses no job', async () => {
    const server = await redis();
    const { folder, file } = smallCampaign({ cases: 3, trees: 1 });
    const running = campaign(folder, file, server.url);
    const one = worker(folder, server.url);
    await one.told(/ begins /);
    await server.kill();
    await server.start();
    const { stdout } = await running;
    expect(JSON.parse(stdout).counts).toMatchObject({ jobs: 3, done: 3, failed: 0 });
    await one.stop();
    expectAllOnce(folder, 3);
  });

  test('who asks may be killed: the workers go on, and the next who asks finds what they did', async () => {
    const { url } = await redis();
    const { folder, file } = smallCampaign({ cases: 3, trees: 1 });
    const first = campaign(folder, file, url);
    const one = worker(folder, url);
    await one.told(/ begins /);
    first.kill('SIGKILL');
    await first;
    await one.told(/( ended .*){3}/s);
    const { stdout } = await campaign(folder, file, url, '--resume');
    expect(JSON.parse(stdout).counts).toMatchObject({ jobs: 3, done: 3, found: 3 });
    await one.stop();
    expectAllOnce(folder, 3);
  });

  test('TLS is spoken, and a certificate of somebody else’s refused', async () => {
    const { url, authority } = await redis({ tls: true });
    const { folder, file } = smallCampaign({ cases: 1, trees: 1 });
    worker(folder, url, '--ca', authority);
    const { stdout } = await campaign(folder, file, url, '--ca', authority);
    expect(JSON.parse(stdout).counts).toMatchObject({ done: 1 });
    const refused = await campaign(folder, file, url);
    expect(refused.exitCode).toBe(3);
    expect(refused.stderr).toContain('self-signed certificate');
  });

  test('a wrong password is told with what to do, and without the right one', async () => {
    const { port } = await redis();
    const { folder, file } = smallCampaign({ cases: 1, trees: 1 });
    const { exitCode, stderr } = await campaign(folder, file, `redis://:wrong@127.0.0.1:${port}`);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/cannot reach the queue at redis:\/\/127\.0\.0\.1:\d+: .*WRONGPASS/);
    expect(stderr).not.toContain('wrong@');
  });
});

test('an address that is none is bad input', async () => {
  const { folder, file } = smallCampaign({ cases: 1, trees: 1 });
  const { exitCode, stderr } = await campaign(folder, file, 'http://queue');
  expect(exitCode).toBe(2);
  expect(stderr).toContain('--queue wants an address like redis://HOST:6379');
});
