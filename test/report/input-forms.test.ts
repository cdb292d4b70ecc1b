// What reports come in: mails of every encoding, mailboxes, pages, JSON, odd line ends.
import { describe, expect, it } from 'vitest';
import { type ConsoleEvent, type RaceReport, readConsole as readEvents } from '../../src/report/index.js';
import { plainReport, prefixed, readConsole } from './read-console.js';

const [wanted] = readConsole(plainReport).reports;
const headers = 'From: Mill <mill@example.org>\nSubject: a race\nMIME-Version: 1.0\n';

async function events(text: string | Uint8Array, chunk = Number.POSITIVE_INFINITY): Promise<ConsoleEvent[]> {
  const bytes = Buffer.from(text);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += chunk) pieces.push(bytes.subarray(at, at + chunk));
  const found: ConsoleEvent[] = [];
  for await (const some of readEvents(asStream(pieces))) found.push(...some);
  return found;
}

async function* asStream(pieces: readonly Uint8Array[]) {
  for (const piece of pieces) yield await Promise.resolve(piece);
}

async function reports(text: string | Uint8Array, chunk?: number): Promise<RaceReport[]> {
  return (await events(text, chunk)).flatMap((event) => (event.kind === 'report' ? [event.report] : []));
}

/** RFC 2045, 6.7, with soft line breaks everywhere. */
function quotedPrintable(text: string): string {
  return text
    .replace(/[=]/g, '=3D')
    .replace(/ $/gm, '=20')
    .replace(/^(.{30})(?=.)/gm, '$1=\n')
    .replace(/0$/gm, '=\n0');
}

const base64 = (text: string) =>
  Buffer.from(text)
    .toString('base64')
    .replace(/(.{76})/g, '$1\n');
const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const html = `<html><body><p>Hi,</p><pre>${escaped(plainReport)}</pre><p>bye</p></body></html>`;

const mails: readonly (readonly [string, string])[] = [
  [
    'quoted-printable',
    `${headers}Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: quoted-printable\n\n${quotedPrintable(plainReport)}`,
  ],
  [
    'quoted-printable with quoting',
    `${headers}Content-Transfer-Encoding: quoted-printable\n\n${quotedPrintable(prefixed(plainReport, '> '))}`,
  ],
  [
    'base64',
    `${headers}Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n${base64(plainReport)}`,
  ],
  ['HTML alone', `${headers}Content-Type: text/html\n\n${html}`],
  [
    'format=flowed',
    `${headers}Content-Type: text/plain; format=flowed\n\n${plainReport.replace(' by task', ' \nby task').replace(' of 4 bytes by interrupt', ' of 4 \nbytes by interrupt')}`,
  ],
  [
    'a log attached',
    `${headers}Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\nSee the log.\n--b\nContent-Type: text/plain; name="dmesg.txt"\nContent-Disposition: attachment; filename="dmesg.txt"\nContent-Transfer-Encoding: base64\n\n${base64(plainReport)}\n--b--\n`,
  ],
];

describe('a mail', () => {
  it.each(mails)('of %s is decoded as its headers say', async (_, mail) => {
    expect(await reports(mail)).toEqual([wanted]);
    expect(await reports(mail.replaceAll('\n', '\r\n'), 7)).toEqual([wanted]);
  });

  it('of a mailbox is each decoded by its own headers', async () => {
    const box = mails
      .map(([, mail]) => `From mill@example.org Thu Jan  1 00:00:00 2026\n${mail}\n`)
      .join('\n');
    expect(await reports(box)).toEqual(mails.map(() => wanted));
    expect(await reports(box, 11)).toEqual(mails.map(() => wanted));
  });

  it('that is no mail but begins like one stays as it is', async () => {
    expect(await reports(`log: of today\n${plainReport}`)).toEqual([wanted]);
    expect(await reports(`From here on:\n${plainReport}`)).toEqual([wanted]);
    expect(await reports(plainReport, 1)).toEqual([wanted]);
  });
});

describe('a page', () => {
  it('is read by its text', async () => {
    expect(await reports(html)).toEqual([wanted]);
    expect(await reports(`<!DOCTYPE html>\n${html}`, 100)).toEqual([wanted]);
  });

  it('whose source was copied is read with its entities', () => {
    const chain = '-&gt; #0 (&amp;a-&gt;lock){+.+.}-{3:3}:';
    const log = `WARNING: possible circular locking dependency detected\n${chain}\n       mill_stop+0x1/0x2\n`;
    expect(readConsole(log).kernelReports[0]?.locks[0]?.name).toBe('&a->lock');
  });
});

describe('a console in JSON', () => {
  const lines = plainReport.trimEnd().split('\n');
  it.each([
    [
      'LAVA’s',
      lines.map((msg) => `- ${JSON.stringify({ dt: '2026-01-01T00:00:00.1', lvl: 'target', msg })}`),
    ],
    [
      'LAVA’s in YAML',
      lines.map((msg) => `- {dt: '2026-01-01T00:00:00.1', lvl: target, msg: '${msg.replaceAll("'", "''")}'}`),
    ],
    ['journald’s', lines.map((MESSAGE) => JSON.stringify({ _TRANSPORT: 'kernel', PRIORITY: '3', MESSAGE }))],
    ['journald’s of bytes', lines.map((text) => JSON.stringify({ MESSAGE: [...Buffer.from(text)] }))],
    ['a container’s', lines.map((text) => JSON.stringify({ log: `${text}\n`, stream: 'stdout' }))],
  ])('is read when it is %s', (_, wrapped) => {
    expect(readConsole(wrapped.join('\n')).reports).toEqual([wanted]);
  });

  it('has journald’s stamps', () => {
    const wrapped = lines.map((MESSAGE) =>
      JSON.stringify({ _TRANSPORT: 'kernel', _SOURCE_MONOTONIC_TIMESTAMP: '12345678', MESSAGE }),
    );
    expect(readConsole(wrapped.join('\n')).reports).toEqual([{ ...wanted, time: 12.345678 }]);
  });
});

describe('line ends', () => {
  it.each(['\r', '\r\n', '\r\r\n', '\n'])('may be %j, cut anywhere', (end) => {
    const text = plainReport.repeat(40).replaceAll('\n', end);
    expect(readConsole(text).reports).toHaveLength(40);
    expect(readConsole(text, 3).reports).toEqual(readConsole(text).reports);
  });
});

describe('stacks in a mail', () => {
  const head = 'BUG: KCSAN: data-race in mill_read / mill_write\n';
  const access = (type: string, cpu: number, ...frames: string[]) =>
    `${type} to 0xffff888104e0b110 of 4 bytes by task 10 on cpu ${cpu}:\n${frames.join('\n')}\n\n`;
  const stacks = (text: string) =>
    readConsole(text).reports[0]?.accesses.map(({ stack }) => stack.map((frame) => frame.function));

  it('have no frames of prose or of a patch', () => {
    const prose =
      'The other path is:\n\n\tmill_open\n\t  mill_start\n mill_stop\n\n@@ -1,3 +1,3 @@\n \tif (x)\n else\n mill_x+0x1/0x2\n';
    expect(
      stacks(
        head + access('write', 0, ' mill_write+0x1/0x2') + access('read', 1, ' mill_read+0x1/0x2') + prose,
      ),
    ).toEqual([['mill_write'], ['mill_read']]);
  });

  it('join what a mailer wrapped of decode_stacktrace.sh’s lines', () => {
    const text =
      head +
      access(
        'write',
        0,
        'mill_write (drivers/mill/mill.c:10',
        'drivers/mill/mill.c:20)',
        'mill_ioctl (drivers/mill/mill.c:30)',
      );
    expect(readConsole(text).reports[0]?.accesses[0]?.stack).toMatchObject([
      { function: 'mill_write', file: 'drivers/mill/mill.c', line: 20 },
      { function: 'mill_ioctl', line: 30 },
    ]);
  });

  it('have the inlined frames of addr2line -i', () => {
    const text =
      head +
      access(
        'write',
        0,
        ' mill_write+0x1/0x2',
        ' mill_set at drivers/mill/mill.h:10',
        ' (inlined by) mill_write at drivers/mill/mill.c:20',
        ' mill_ioctl+0x1/0x2',
      );
    expect(readConsole(text).reports[0]?.accesses[0]?.stack).toMatchObject([
      { function: 'mill_set', file: 'drivers/mill/mill.h', line: 10, inlined: true },
      { function: 'mill_write', offset: 1, file: 'drivers/mill/mill.c', line: 20, inlined: false },
      { function: 'mill_ioctl', offset: 1, file: null },
    ]);
  });
});
