// Three workers in network namespaces of this machine, as on three machines: one is cut off over a job, one is killed over
// a job, the third and those who come back bring the campaign to its end.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectAllOnce } from './kills.js';
import { noRedis, redisServer, startRedis, type TestRedis } from './redis.js';
import { smallCampaign } from './small-campaign.js';

const main = join(import.meta.dirname, '../../dist/cli/main.js');

const ip = (...args: string[]) => execFileSync('ip', args, { stdio: ['ignore', 'pipe', 'ignore'] });

/** Whether this user may make network namespaces here. */
function canSeparate(): boolean {
  const name = `millrace-try-${process.pid}`;
  try {
    ip('netns', 'add', name);
    ip('netns', 'delete', name);
    return true;
  } catch {
    return false;
  }
}

const whyNot =
  redisServer === null ? noRedis : canSeparate() ? null : 'network namespaces cannot be made here';

interface Place {
  readonly namespace: string;
  /** The end of its cable in the namespace that the test is in. */
  readonly link: string;
  readonly queue: string;
}

describe.skipIf(whyNot !== null)(`in namespaces${whyNot === null ? '' : ` (${whyNot})`}`, () => {
  let redis: TestRedis;
  let places: Place[] = [];

  beforeAll(async () => {
    redis = await startRedis({ everywhere: true });
    places = [1, 2, 3].map((number) => {
      const namespace = `millrace-${process.pid}-${number}`;
      const link = `mr${process.pid % 100_000}h${number}`;
      const inner = `mr${process.pid % 100_000}n${number}`;
      const network = `10.213.${number}`;
      ip('netns', 'add', namespace);
      ip('link', 'add', link, 'type', 'veth', 'peer', 'name', inner);
      ip('link', 'set', inner, 'netns', namespace);
      ip('addr', 'add', `${network}.1/30`, 'dev', link);
      ip('link', 'set', link, 'up');
      ip('-n', namespace, 'addr', 'add', `${network}.2/30`, 'dev', inner);
      ip('-n', namespace, 'link', 'set', inner, 'up');
      return { namespace, link, queue: `redis://:secret@${network}.1:${redis.port}` };
    });
  });

  afterAll(async () => {
    for (const { namespace } of places) ip('netns', 'delete', namespace);
    await redis?.kill();
  });

  function worker({ namespace, queue }: Place, folder: string) {
    const store = join(folder, '.millrace/campaigns');
    const child = execa(
      'ip',
      [
        ...['netns', 'exec', namespace, process.execPath, main, 'worker'],
        ...['--store', store, '--jobs', '1', '--lease', '2'],
      ],
      { reject: false, cwd: folder, env: { MILLRACE_QUEUE: queue }, forceKillAfterDelay: false },
    );
    let text = '';
    child.stderr.on('data', (chunk) => {
      text += String(chunk);
    });
    const told = async (expected: RegExp) => {
      while (!expected.test(text)) {
        if (child.exitCode !== null) throw new Error(`the worker has ended: ${text}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    return { child, told };
  }

  test('one worker is cut off, one is killed, and every job is done and counted once', async () => {
    const { folder, file } = smallCampaign({ cases: 4, trees: 2 });
    const running = execa(
      process.execPath,
      [
        ...[main, 'campaign', file, '--json', '-q', '--store', '.millrace/campaigns'],
        ...['--queue', `redis://:secret@127.0.0.1:${redis.port}`],
      ],
      { reject: false, cwd: folder },
    );
    const [first, second, third] = places as [Place, Place, Place];
    const cut = worker(first, folder);
    await cut.told(/ begins /);
    ip('link', 'set', first.link, 'down');
    const killed = worker(second, folder);
    await killed.told(/ begins /);
    killed.child.kill('SIGKILL');
    const whole = worker(third, folder);
    await whole.told(/ ended /);
    ip('link', 'set', first.link, 'up');
    const { stdout } = await running;
    expect(JSON.parse(stdout).counts).toMatchObject({ jobs: 8, done: 8, failed: 0 });
    for (const { child } of [cut, whole]) {
      child.kill('SIGTERM');
      await child;
    }
    // Whoever comes next clears away what the dead one was at.
    await execa(process.execPath, [main, 'campaign', file, '-q'], { reject: false, cwd: folder });
    expectAllOnce(folder, 8);
  });
});
