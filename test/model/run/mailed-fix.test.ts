// Fixes as lists carry them, against a real tree: by message id, saved as a mailer wrote them, and hostile.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { diff, mbox, message } from '../../mail/mails.js';
import { kernelTreeSpec, noTree } from './kernel-tree.js';

const spec = await kernelTreeSpec();
const root = join(import.meta.dirname, '../../..');
const founding = join(root, 'cases/tw686x-streamoff');

describe.skipIf(spec === null)(`a fix by mail${spec === null ? ` (${noTree})` : ''}`, () => {
  let folder: string;
  const run = (fix: string) =>
    execa(
      process.execPath,
      [
        join(root, 'dist/cli/main.js'),
        'run',
        founding,
        '--tree',
        spec ?? '',
        '--test',
        'streamoff_vs_delay',
        '--fix',
        fix,
        '--quiet',
      ],
      { cwd: folder, reject: false, env: { MILLRACE_MAIL: join(folder, 'list.mbox') } },
    );

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'millrace-mailed-'));
    const patch = await readFile(join(founding, 'hold-lock.patch'), 'utf8');
    const body = patch.slice(patch.indexOf('\n\n') + 2);
    await writeFile(
      join(folder, 'list.mbox'),
      mbox([
        message('lock@x', '[PATCH v2] media: tw686x: Hold the lock while DMA stops', body),
        message('evil@x', '[PATCH] media: tw686x: Improve', diff('scripts/basic/fixdep.c', 'evil')),
        message('re@x', 'Re: [PATCH v2] media: tw686x: Hold the lock while DMA stops', 'Looks good.', {
          answers: ['lock@x'],
        }),
      ]),
    );
    await writeFile(
      join(folder, 'saved.eml'),
      message(
        'q@x',
        '[PATCH] media: tw686x: Hold it',
        `--b\nContent-Type: text/x-patch; name=a.patch\nContent-Transfer-Encoding: base64\n\n${Buffer.from(
          body,
        ).toString('base64')}\n--b--\n`,
        { more: 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b' },
      ),
    );
  });
  afterAll(() => rm(folder, { recursive: true }));

  test.each([
    ['https://lore.kernel.org/linux-media/lock@x/', 'hold-the-lock-while-dma'],
    ['saved.eml', 'hold-it'],
  ])('%s is run as %s', async (fix, name) => {
    const { exitCode, stdout } = await run(fix);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('race shown, fix shown')]);
    expect(stdout).toContain(name);
  });

  test('from an archive changes no program that the build runs', async () => {
    const { exitCode, stderr } = await run('evil@x');
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('scripts/basic/fixdep.c')]);
  });

  test('that is an answer without a patch is named', async () => {
    const { exitCode, stderr } = await run('re@x');
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('has no patch in it')]);
  });
});
