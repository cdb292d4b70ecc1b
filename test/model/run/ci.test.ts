// Exit codes as a CI wants them, and the steps of the GitHub Action and of the GitLab template, of real runs.
import { chmod, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { kernelTreeSpec, noTree } from './kernel-tree.js';

const spec = await kernelTreeSpec();
const root = join(import.meta.dirname, '../../..');

describe.skipIf(spec === null)(`millrace run --ci nipa${spec === null ? ` (${noTree})` : ''}`, () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'millrace-ci-'));
    await symlink(process.execPath, join(folder, 'node'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test.each([
    ['passes what is as expected', ['--test', 'streamoff_vs_delay'], undefined, 0],
    [
      'warns of what was cut',
      ['--test', 'streamoff_vs_delay', '--fix', 'hold-lock', '--max-schedules', '1'],
      undefined,
      5,
    ],
    ['skips what the machine has no compiler for', ['--compiler', 'native'], 'nothing', 4],
  ])('%s', async (_, more, path, exitCode) => {
    const args = ['run', join(root, 'cases/tw686x-streamoff'), '--tree', spec ?? '', '--quiet', ...more];
    const options = { cwd: folder, reject: false, ...(path === undefined ? {} : { env: { PATH: folder } }) };
    const result = await execa(
      process.execPath,
      [join(root, 'dist/cli/main.js'), ...args, '--ci', 'nipa'],
      options,
    );
    expect([result.exitCode, result.stderr]).toEqual([exitCode, expect.any(String)]);
    const own = await execa(process.execPath, [join(root, 'dist/cli/main.js'), ...args], options);
    expect(own.exitCode).toBe({ 0: 0, 4: 3, 5: 4 }[exitCode]);
  });
});

const withTree = describe.skipIf(spec === null);

/** A folder that goes when the test ends. */
async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-ci-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Step {
  readonly name: string;
  readonly run: string;
}

withTree('the GitHub Action', () => {
  const stepOf = async (name: string) => {
    const action = parse(await readFile(join(root, 'action.yml'), 'utf8')) as { runs: { steps: Step[] } };
    return action.runs.steps.find((step) => step.name === name)?.run ?? expect.fail(`no step ${name}`);
  };
  /** As a runner does it: bash, failing at the first error, with the step's own environment. */
  const run = async (name: string, folder: string, env: Record<string, string>) =>
    execa('bash', ['-e', '-o', 'pipefail', '-c', await stepOf(name)], {
      cwd: folder,
      reject: false,
      env: {
        GITHUB_ACTION_PATH: root,
        GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
        GITHUB_OUTPUT: join(folder, 'output'),
        GITHUB_REPOSITORY: 'someone/linux',
        RUNNER_TEMP: join(folder, 'temp'),
        ...env,
      },
    });
  const inputs = {
    MILLRACE_CASE: join(root, 'cases/tw686x-streamoff'),
    MILLRACE_TREE: spec ?? '',
    MILLRACE_ENGINE: 'model',
    MILLRACE_FIX: 'hold-lock',
  };

  test('writes the verdict into the summary, and comments it', () =>
    inFolder(async (folder) => {
      // What `gh` is told: the one program of the Action that talks to GitHub.
      await writeFile(join(folder, 'gh'), `#!/bin/sh\nprintf '%s\\n' "$@" >'${folder}/told'\n`);
      await chmod(join(folder, 'gh'), 0o755);
      const ran = await run('Run', folder, inputs);
      expect([ran.exitCode, ran.stdout]).toEqual([0, expect.stringContaining('fix shown')]);
      expect(await readFile(join(folder, 'output'), 'utf8')).toBe(
        `exit-code=0\nreports=${join(folder, 'temp/millrace')}\n`,
      );
      const summary = await readFile(join(folder, 'summary.md'), 'utf8');
      expect(summary).toMatch(/^### Millrace: race shown, fix shown\n/);
      const reports = join(folder, 'temp/millrace');
      const commented = await run('Comment', folder, {
        PATH: `${folder}:${process.env.PATH}`,
        PULL_REQUEST: '7',
        REPORTS: reports,
      });
      expect(commented.exitCode).toBe(0);
      expect((await readFile(join(folder, 'told'), 'utf8')).split('\n').slice(0, -1)).toEqual([
        'pr',
        'comment',
        '7',
        '--repo',
        'someone/linux',
        '--body-file',
        join(reports, 'comment.md'),
      ]);
    }));

  test('takes an input for a word, whatever it holds', () =>
    inFolder(async (folder) => {
      const hostile = '$(touch got-in); `touch got-in` "';
      const ran = await run('Run', folder, { ...inputs, MILLRACE_CASE: hostile });
      expect(ran.exitCode).toBe(0);
      expect(await readFile(join(folder, 'output'), 'utf8')).toMatch(/^exit-code=2\n/);
      await expect(readFile(join(folder, 'got-in'))).rejects.toThrow('ENOENT');
    }));

  test.each([
    ['0', 0],
    ['1', 1],
    ['4', 0],
  ])('ends a job whose run exited with %s with %i', (code, exitCode) =>
    inFolder(async (folder) => {
      const { exitCode: actual, stdout } = await run('Verdict', folder, { EXIT_CODE: code });
      expect([actual, stdout.startsWith('::warning')]).toEqual([exitCode, code === '4']);
    }),
  );
});

withTree('the GitLab template', () => {
  test('comments on the merge request, and exits as the run did', () =>
    inFolder(async (folder) => {
      const bodies: string[] = [];
      const server = createServer((request, response) => {
        let body = `${request.method} ${request.url} ${request.headers['private-token']}\n`;
        request.on('data', (part: Buffer) => {
          body += part.toString();
        });
        request.on('end', () => {
          bodies.push(body);
          response.writeHead(201).end('{}');
        });
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      const template = parse(await readFile(join(root, 'ci/gitlab.yml'), 'utf8')) as {
        '.millrace': { script: string[] };
      };
      const ran = await execa('bash', ['-e', '-o', 'pipefail', '-c', template['.millrace'].script[1] ?? ''], {
        cwd: folder,
        reject: false,
        env: {
          MILLRACE_DIR: root,
          MILLRACE_CASE: join(root, 'cases/tw686x-streamoff'),
          MILLRACE_TREE: spec ?? '',
          MILLRACE_ENGINE: 'model',
          MILLRACE_FIX: '',
          MILLRACE_TOKEN: 'secret',
          CI_API_V4_URL: `http://127.0.0.1:${port}/api/v4`,
          CI_PROJECT_ID: '3',
          CI_MERGE_REQUEST_IID: '7',
        },
      });
      server.close();
      expect([ran.exitCode, ran.stderr]).toEqual([0, expect.not.stringContaining('curl')]);
      expect(bodies).toHaveLength(1);
      const [first = '', body = ''] = bodies[0]?.split('\n') ?? [];
      expect(first).toBe('POST /api/v4/projects/3/merge_requests/7/notes secret');
      expect(new URLSearchParams(body).get('body')).toMatch(/^### Millrace: race shown\n/);
    }));
});
