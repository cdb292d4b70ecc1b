// Campaigns over pipes to other machines, and as shares of a batch system. What connects here is a shell on this machine
// with another home, cache and working directory, in place of ssh.
import { chmodSync, existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { expectAllOnce } from './kills.js';
import { smallCampaign } from './small-campaign.js';

const main = join(import.meta.dirname, '../../dist/cli/main.js');

/** What is called as `ssh HOST COMMAND...`: `away` does not answer, any other host is this machine. */
function connecting(): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-ssh-'));
  const program = join(folder, 'ssh');
  writeFileSync(
    program,
    `#!/bin/sh
host=$1; shift
[ "$host" = away ] && { echo "ssh: connect to host away port 22: No route to host" >&2; exit 255; }
mkdir -p "${folder}/$host"
cd "${folder}/$host"
echo "Welcome to $host"
XDG_CACHE_HOME="${folder}/$host" exec "$@"
`,
  );
  chmodSync(program, 0o755);
  return program;
}

test('hosts over ssh share the jobs; one that does not answer is left alone', async () => {
  const { folder, file } = smallCampaign({ cases: 2, trees: 2 });
  const ssh = connecting();
  const { stdout, stderr } = await execa(
    process.execPath,
    [
      ...[main, 'campaign', file, '--json', '-q', '--hosts', 'alpha,away,beta', '--ssh', ssh],
      ...['--remote-millrace', `${process.execPath} ${main}`],
    ],
    { reject: false, cwd: folder },
  );
  expect(stderr).toBe('');
  const { counts, cells } = JSON.parse(stdout);
  expect(counts).toMatchObject({ jobs: 4, done: 4, failed: 0 });
  const failures = cells.flatMap(({ failures: reasons }: { failures: string[] }) => reasons);
  for (const reason of failures)
    expect(reason).toBe('the connection to away ended: ssh: connect to host away port 22: No route to host');
  expect(failures.length).toBeGreaterThan(0);
  for (const host of ['alpha', 'beta'])
    expect(existsSync(join(ssh, '..', host, 'millrace/campaign-worker/results'))).toBe(true);
  expectAllOnce(folder, 4);
});

test('what begins with a dash is no host', async () => {
  const { folder, file } = smallCampaign({ cases: 1, trees: 1 });
  const { exitCode, stderr } = await execa(
    process.execPath,
    [main, 'campaign', file, '--hosts=-oProxyCommand=true'],
    { reject: false, cwd: folder },
  );
  expect(exitCode).toBe(2);
  expect(stderr).toContain('is no host');
});

test('an indexed Job has each share once, and its shares do all jobs', async () => {
  const { folder, file } = smallCampaign({ cases: 3, trees: 1 });
  const store = join(folder, '.millrace/campaigns');
  const planned = await execa(
    process.execPath,
    [main, 'campaign', file, '-q', '--as', 'kubernetes', '--pods', '2', '--claim', 'mine'],
    { cwd: folder },
  );
  const { kind, spec } = parse(planned.stdout);
  expect(kind).toBe('Job');
  expect(spec).toMatchObject({ completionMode: 'Indexed', completions: 2, backoffLimitPerIndex: 2 });
  expect(readdirSync(join(store, 'results'))).toEqual([]);
  const [container] = spec.template.spec.containers;
  expect(spec.template.spec.volumes[0].persistentVolumeClaim).toEqual({ claimName: 'mine' });
  const args: string[] = container.args.map((word: string) => (word === '/store' ? store : word));
  for (const index of ['0', '1'])
    await execa(process.execPath, [main, ...args], {
      cwd: folder,
      env: { JOB_COMPLETION_INDEX: index, XDG_CACHE_HOME: join(folder, 'cache') },
    });
  expect(readdirSync(join(store, 'results'))).toHaveLength(3);
  const { stdout } = await execa(process.execPath, [main, 'campaign', file, '--resume', '--json', '-q'], {
    reject: false,
    cwd: folder,
  });
  expect(JSON.parse(stdout).counts).toMatchObject({ jobs: 3, done: 3, found: 3 });
  expectAllOnce(folder, 3);
});
