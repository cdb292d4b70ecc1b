import { describe, expect, test } from 'vitest';
import { evidenceOf } from '../../src/evidence/index.js';
import { parseMail } from '../../src/mail/index.js';
import { renderReport } from '../../src/render/index.js';
import { diff, message } from '../mail/mails.js';
import { markup, modelRecord } from './stored.js';

async function replyTo(mail: string): Promise<{ headers: string[]; body: string }> {
  const text = renderReport(evidenceOf(modelRecord), 'mail', { replyTo: await parseMail(Buffer.from(mail)) });
  const [head = '', ...rest] = text.split('\n\n');
  return { headers: head.replace(/\n /g, ' ').split('\n'), body: rest.join('\n\n') };
}

describe('a reply', () => {
  test('goes to who wrote, to who read, and into the thread', async () => {
    const { headers, body } = await replyTo(
      message(
        'p@x',
        '[PATCH] media: foo: Take the lock',
        `The timer races.\n\n${'It does. '.repeat(3)}\n---\n${diff('a.c', 'b')}`,
        {
          answers: ['first@x', 'second@x'],
          from: '"Dev, A." <a@example.org>',
        },
      ),
    );
    expect(headers).toEqual(
      expect.arrayContaining([
        'Subject: Re: [PATCH] media: foo: Take the lock',
        'To: "Dev, A." <a@example.org>',
        'Cc: Linux Media <linux-media@vger.kernel.org>, B <b@example.org>, c@example.org',
        'In-Reply-To: <p@x>',
        'References: <first@x> <second@x> <p@x>',
      ]),
    );
    expect(body).toMatch(
      /^On Sat, 28 Nov 2026 05:09:34 \+0000, Dev, A\. wrote:\n> The timer races\.\n>\n> It does\. It does\. It does\.\n> \[\.\.\.\]\n\nHi,\n/,
    );
    expect(body).not.toContain('diff --git');
  });

  test('says Re: once, and quotes an answer one deeper', async () => {
    const { headers, body } = await replyTo(message('r@x', 'Re: RE: race?', '> Is it real?\nI think so.'));
    expect(headers).toContain('Subject: Re: race?');
    expect(body).toMatch(/wrote:\n>> Is it real\?\n> I think so\.\n\nHi,/);
  });

  test('takes nothing of the other mail for a header', async () => {
    for (const text of markup) {
      const hostile = `=?UTF-8?B?${Buffer.from(`${text}\nBcc: victim@example.org`).toString('base64')}?=`;
      const { headers } = await replyTo(
        message('h@x', hostile, text, { from: `${hostile} <a@example.org>` }),
      );
      expect(
        headers.filter(
          (line) => !/^(Subject|To|Cc|In-Reply-To|References|MIME-Version|Content-[\w-]+): /.test(line),
        ),
      ).toEqual([]);
    }
  });
});
