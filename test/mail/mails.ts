// A thread as lists carry it: a series in two versions, out of order, with an answer that quotes a patch.
export function diff(file: string, to: string): string {
  return `diff --git a/${file} b/${file}
--- a/${file}
+++ b/${file}
@@ -1 +1 @@
-int old;
+int ${to};
`;
}

export function message(
  id: string,
  subject: string,
  body: string,
  {
    answers = [],
    from = 'A Dev <a@example.org>',
    more = '',
  }: { answers?: string[]; from?: string; more?: string } = {},
): string {
  const references = answers.map((one) => `<${one}>`);
  return [
    `Message-ID: <${id}>`,
    `From: ${from}`,
    'To: Linux Media <linux-media@vger.kernel.org>, B <b@example.org>',
    'Cc: c@example.org',
    'Date: Sat, 28 Nov 2026 05:09:34 +0000',
    `Subject: ${subject}`,
    ...(references.length > 0
      ? [`In-Reply-To: ${references.at(-1)}`, `References: ${references.join('\n ')}`]
      : []),
    ...(more === '' ? [] : [more]),
    '',
    body,
  ].join('\n');
}

const quoted = (text: string) => text.replace(/^/gm, '> ');

export const thread = [
  message('v2-2@x', '[PATCH v2 2/2] media: foo: Take the lock', `Why.\n---\n${diff('a.c', 'second')}`, {
    answers: ['v2-0@x'],
  }),
  message('v2-0@x', '[PATCH v2 0/2] media: foo: Races', 'Two patches.'),
  message('re@x', 'Re: [PATCH v2 1/2] media: foo: Prepare', quoted(diff('a.c', 'first')), {
    answers: ['v2-0@x', 'v2-1@x'],
    from: 'B <b@example.org>',
  }),
  message('v2-1@x', '[PATCH v2 1/2] media: foo: Prepare', `Why.\n---\n${diff('a.c', 'first')}`, {
    answers: ['v2-0@x'],
  }),
  message('v1-1@x', '[PATCH 1/2] media: foo: Prepare', `Why.\n---\n${diff('a.c', 'outdated')}`),
  message('lone@x', '[PATCH net-next] foo: One alone', `Why.\n---\n${diff('b.c', 'alone')}`),
];

export function mbox(messages: readonly string[]): string {
  return messages.map((one) => `From someone Sat Nov 28 05:09:34 2026\n${one}\n\n`).join('');
}
