import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  findThread,
  type Mail,
  mailsIn,
  messageIdOf,
  newestPatch,
  parseMail,
  seriesText,
} from '../../src/mail/index.js';
import { diff, mbox, message, thread } from './mails.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-mail-test-'));
  await writeFile(join(folder, 'thread.mbox'), mbox(thread));
  await mkdir(join(folder, 'maildir/cur'), { recursive: true });
  await mkdir(join(folder, 'maildir/new'));
  for (const [index, one] of thread.entries())
    await writeFile(join(folder, 'maildir', index % 2 === 0 ? 'cur' : 'new', `${index}:2,S`), one);
  // As public-inbox keeps a list: a commit a message, in the file `m`.
  const epoch = join(folder, 'inbox/git/0.git');
  const work = join(folder, 'work');
  const git = (...args: string[]) =>
    execa('git', ['-c', 'user.name=x', '-c', 'user.email=x@x', ...args], { cwd: work });
  await mkdir(work);
  await git('init', '-q');
  for (const one of thread) {
    await writeFile(join(work, 'm'), one);
    await git('add', 'm');
    await git('commit', '-q', '-m', 'a message');
  }
  await git('rm', '-q', 'm');
  await git('commit', '-q', '-m', 'a message taken out');
  await mkdir(join(folder, 'inbox/git'), { recursive: true });
  await execa('git', ['clone', '-q', '--bare', work, epoch]);
});
afterAll(() => rm(folder, { recursive: true }));

async function mailsOf(name: string): Promise<Mail[]> {
  const mails: Mail[] = [];
  for await (const one of mailsIn(join(folder, name))) mails.push(await parseMail(one));
  return mails;
}

describe('mails where they lie', () => {
  test.each(['thread.mbox', 'maildir', 'inbox'])('%s holds the same messages', async (name) => {
    const ids = (await mailsOf(name)).map(({ id }) => id);
    expect(ids.toSorted()).toEqual(['lone@x', 're@x', 'v1-1@x', 'v2-0@x', 'v2-1@x', 'v2-2@x']);
  });

  test('a mail has its headers apart', async () => {
    const [, , answer] = await mailsOf('thread.mbox');
    expect(answer).toMatchObject({
      id: 're@x',
      references: ['v2-0@x', 'v2-1@x'],
      from: { name: 'B', address: 'b@example.org' },
      cc: [{ name: '', address: 'c@example.org' }],
      date: '2026-11-28T05:09:34.000Z',
    });
  });
});

test.each([
  ['<a.b-1@c.org>', 'a.b-1@c.org'],
  ['a.b-1@c.org', 'a.b-1@c.org'],
  ['https://lore.kernel.org/linux-media/a.b-1@c.org/', 'a.b-1@c.org'],
  ['https://lore.kernel.org/all/a.b-1@c.org/T/#u', 'a.b-1@c.org'],
  ['https://patch.msgid.link/a.b-1@c.org', 'a.b-1@c.org'],
  ['hold-lock', null],
  ['fixes/a@b.patch', null],
  ['https://example.org/nothing', null],
])('%s names the message %s', (text, id) => {
  expect(messageIdOf(text)).toBe(id);
});

describe('a series', () => {
  const text = async (id: string) => {
    const mails = await mailsOf('thread.mbox');
    return seriesText(mails.find((mail) => mail.id === id) ?? expect.fail(id), mails);
  };
  const order = (patch: string) => [...patch.matchAll(/^\+int (\w+);/gm)].map(([, name]) => name);

  test.each(['v2-0@x', 'v2-1@x', 'v2-2@x'])(
    'is in order, of one version, without answers: from %s',
    async (id) => {
      expect(order(await text(id))).toEqual(['first', 'second']);
    },
  );

  test('is one patch where its subject counts none', async () => {
    expect(order(await text('lone@x'))).toEqual(['alone']);
  });

  test('that is not whole is an error, and so is an answer without a patch of its own', async () => {
    await expect(text('v1-1@x')).rejects.toThrow(
      'of the 2 patches of “[PATCH 1/2] media: foo: Prepare” these are missing: 2',
    );
    await expect(text('re@x')).rejects.toThrow('has no patch in it');
  });

  test('is the newest of a file', async () => {
    const mails = await mailsOf('thread.mbox');
    expect(newestPatch(mails)?.id).toBe('v2-2@x');
  });

  test('is found in attachments, and in what mailers make of a body', async () => {
    const encoded = Buffer.from(`Hi\n${diff('c.c', 'encoded')}`).toString('base64');
    const attached = message(
      'm@x',
      'Re: a fix?',
      `--b\nContent-Type: text/plain\n\nTry this.\n--b
Content-Type: text/x-patch; name="fix.patch"
Content-Transfer-Encoding: base64

${encoded}
--b--\n`,
      { more: 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b' },
    );
    const mail = await parseMail(Buffer.from(attached));
    expect(order(seriesText(mail, []))).toEqual(['encoded']);
    const printable = message(
      'q@x',
      '[PATCH] x',
      diff('d.c', 'printed').replaceAll('=', '=3D').replace('int printed', 'int print=\ned'),
      {
        more: 'MIME-Version: 1.0\nContent-Type: text/plain\nContent-Transfer-Encoding: quoted-printable',
      },
    );
    expect(order(seriesText(await parseMail(Buffer.from(printable)), []))).toEqual(['printed']);
  });
});

describe('a message by its id', () => {
  const before = process.env.MILLRACE_MAIL;
  const path = process.env.PATH;
  afterEach(() => {
    process.env.MILLRACE_MAIL = before;
    if (before === undefined) delete process.env.MILLRACE_MAIL;
    process.env.PATH = path;
  });

  test.each(['thread.mbox', 'maildir', 'inbox'])('is found with its thread in %s', async (name) => {
    process.env.MILLRACE_MAIL = join(folder, name);
    const { asked, others } = await findThread('v2-2@x');
    expect(asked.subject).toBe('[PATCH v2 2/2] media: foo: Take the lock');
    expect(others.map(({ id }) => id).toSorted()).toEqual(['re@x', 'v2-0@x', 'v2-1@x']);
  });

  test('that nobody has is an error that says where was looked', async () => {
    process.env.MILLRACE_MAIL = join(folder, 'maildir');
    process.env.PATH = folder;
    await expect(findThread('none@x')).rejects.toThrow(/none@x is not in .*maildir, and there is no b4/);
  });
});
