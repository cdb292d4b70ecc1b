// What people read: the mail, the commit message, diagrams and the page.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { type DefaultTreeAdapterTypes as Dom, parse } from 'parse5';
import PostalMime from 'postal-mime';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { quoted } from '../../src/base/index.js';
import { evidenceOf } from '../../src/evidence/index.js';
import { cellLines } from '../../src/render/diagram/index.js';
import { type ReportFormat, renderReport } from '../../src/render/index.js';
import { commandLines } from '../../src/render/plain/index.js';
import { bodyOf, commandsIn, recordedCommands, unknownFigures, wordsOf } from './mail-facts.js';
import { hostile, markup, stepsRecord, stored } from './stored.js';

const kernelRecord = stored.kernel ?? expect.fail();
const anyText = fc.oneof(fc.constantFrom(...markup), fc.string({ unit: 'binary' }));

const goldens: Readonly<Record<string, readonly string[]>> = {
  mail: [
    'both',
    'model-steps',
    'model',
    'kcsan',
    'kcsan-not-shown',
    'model-kcsan',
    'kernel',
    'kernel-base',
    'kernel-harmful',
    'kernel-not-shown',
    'failed',
  ],
  'commit-message': ['both', 'model-steps', 'kcsan', 'kernel', 'kernel-base', 'kernel-not-shown'],
  diagram: ['model-steps', 'model', 'kcsan', 'kernel', 'failed'],
  svg: ['model-steps', 'kernel'],
  html: ['both', 'model-steps', 'kcsan', 'kernel', 'failed'],
};
const endings: Readonly<Record<string, string>> = { svg: 'svg', html: 'html' };

describe.each(Object.entries(goldens))('%s', (format, names) => {
  it.each(names)('reads well: %s', async (name) => {
    const text = renderReport(evidenceOf(stored[name] ?? expect.fail()), format as ReportFormat);
    await expect(text).toMatchFileSnapshot(`golden/report/${name}.${format}${endings[format] ? '' : '.txt'}`);
    expect(text.endsWith('\n')).toBe(true);
  });
});

describe('a mail', () => {
  it.each(Object.keys(stored))('keeps to 72 columns of printable text: %s', (name) => {
    for (const line of bodyOf(renderReport(evidenceOf(stored[name] ?? expect.fail()), 'mail')).split('\n')) {
      expect(line.length, line).toBeLessThanOrEqual(72);
      expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect(line === '-- ' ? '' : line).not.toMatch(/\s$/);
    }
  });

  it('is a message that a mail reader takes as it is meant', async () => {
    const text = renderReport(evidenceOf(kernelRecord), 'mail', {
      inReplyTo: '20260423.1@example.org',
      subject: 'Re: [PATCH] für x',
    });
    const mail = await PostalMime.parse(text);
    expect(mail.subject).toBe('Re: [PATCH] für x');
    expect(mail.inReplyTo).toBe('<20260423.1@example.org>');
    expect(mail.references).toBe('<20260423.1@example.org>');
    expect([mail.from, mail.to, mail.cc]).toEqual([undefined, undefined, undefined]);
    expect(mail.text?.trimEnd()).toBe(bodyOf(text).trimEnd());
    expect(text).toMatch(/^Content-Type: text\/plain; charset=UTF-8$/m);
  });

  it('lets no text of a record into its header', async () => {
    const names = (headers: readonly { key: string }[]) => headers.map(({ key }) => key);
    const calm = await PostalMime.parse(renderReport(evidenceOf(kernelRecord), 'mail', { inReplyTo: 'a@b' }));
    await fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        const one = hostile(kernelRecord, text);
        const mail = await PostalMime.parse(
          renderReport(evidenceOf(one), 'mail', { inReplyTo: 'a@b', subject: `x${text}` }),
        );
        expect(names(mail.headers)).toEqual(names(calm.headers));
      }),
      { numRuns: 15 },
    );
    const evil = await PostalMime.parse(
      renderReport(evidenceOf(kernelRecord), 'mail', { inReplyTo: 'a@b>\nBcc: <c@d' }),
    );
    expect(names(evil.headers)).toEqual(names(calm.headers));
  });

  it.each(['kernel', 'model-steps', 'both', 'kcsan', 'model-kcsan'])(
    'has no figure that the record does not have or give: %s',
    (name) => {
      const one = stored[name] ?? expect.fail();
      const text = bodyOf(renderReport(evidenceOf(one), 'mail'));
      expect(unknownFigures(text, one)).toEqual([]);
      const figures = /\b53 interleavings|\b\d+ overlapped|\b143 of/;
      expect(unknownFigures(text.replace(figures, '424242 x'), one)).toEqual(['424242']);
    },
  );

  it.each(['kernel', 'model-steps', 'both', 'kcsan', 'model-kcsan'])(
    'has no command that the record does not have: %s',
    (name) => {
      const one = stored[name] ?? expect.fail();
      const commands = commandsIn(renderReport(evidenceOf(one), 'mail'));
      expect(commands.map(wordsOf)).toEqual(recordedCommands(one).map(wordsOf));
    },
  );
});

describe('a command on lines of 72 columns', () => {
  const deep = '/home/user/.cache/millrace/builds/tw686x-streamoff-4d0ab2c49737ff47a7d4';

  it('has a variable for a folder that is too long for a line', () => {
    const command = `make -C ${deep}/overlay O=${deep}/objects 'CC=ccache clang-19' -j2`;
    const lines = commandLines(command, 72, 2);
    expect(lines.join('\n')).toMatchInlineSnapshot(`
      "  DIR=/home/user/.cache/millrace/builds/tw686x-streamoff-4d0ab2c49737ff\\
      47a7d4
        make -C $DIR/overlay O=$DIR/objects 'CC=ccache clang-19' -j2"
    `);
    expect(wordsOf(lines.join('\n'))).toEqual(wordsOf(command));
  });

  it('breaks a word within quotes that has no blank', () => {
    const flags = `KCFLAGS=-w -fdebug-prefix-map=/home/user/${'b'.repeat(150)}=/millrace`;
    const command = `make ${quoted(flags)} -j2`;
    const lines = commandLines(command, 72, 2);
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(72);
    expect(wordsOf(lines.join('\n'))).toEqual(wordsOf(command));
  });

  it('is the same words to a shell, whatever they are', () => {
    const word = fc.string({
      unit: fc.constantFrom(...'abc/=.,-$"\\`!*;&|<>~#(){}[]?', ' ', "'"),
      minLength: 1,
      maxLength: 90,
    });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), (words) => {
        const command = ['run', ...words].map(quoted).join(' ');
        expect(wordsOf(commandLines(command, 72, 2).join('\n'))).toEqual(wordsOf(command));
      }),
      { numRuns: 20 },
    );
  });
});

describe('a commit message', () => {
  it.each(['model-steps', 'kernel'])('keeps to 72 columns, and the diagram to 75: %s', (name) => {
    const lines = renderReport(evidenceOf(stored[name] ?? expect.fail()), 'commit-message').split('\n');
    expect(lines[1]).toBe('');
    for (const line of lines)
      if (!line.startsWith('Fixes: '))
        expect(line.length, line).toBeLessThanOrEqual(line.startsWith('  ') ? 75 : 72);
  });

  it('has a Fixes line that git knows as a trailer', () => {
    const input = renderReport(evidenceOf(stepsRecord), 'commit-message');
    const trailers = execFileSync('git', ['interpret-trailers', '--parse'], { input, encoding: 'utf8' });
    expect(trailers).toBe('Fixes: 0123456789ab ("media: tw686x: An example of a subject")\n');
    expect(renderReport(evidenceOf(kernelRecord), 'commit-message')).not.toContain('Fixes:');
  });
});

describe('a diagram', () => {
  it.each(Object.keys(stored))('keeps to 80 columns: %s', (name) => {
    for (const line of renderReport(evidenceOf(stored[name] ?? expect.fail()), 'diagram').split('\n'))
      expect(line.length, line).toBeLessThanOrEqual(80);
  });

  it.each([0, 1])('cuts no character of a long cell in two, %i cells into it', (offset) => {
    const text = 'a'.repeat(offset) + '\u{1f600}'.repeat(60);
    const lines = cellLines({ text, depth: 0 }, 52);
    expect(lines.map((line) => line.trim()).join('')).toBe(text);
    expect(lines.filter((line) => /\p{Cs}/u.test(line))).toEqual([]);
  });

  it('as SVG has no element but its own, whatever the record says', () => {
    const own = new Set(['svg', 'title', 'style', 'rect', 'text']);
    fc.assert(
      fc.property(anyText, (text) => {
        for (const one of [stepsRecord, kernelRecord]) {
          const parser = new SaxesParser({ xmlns: true });
          parser.on('opentag', ({ name }) => expect(own).toContain(name));
          parser.on('error', (error) => {
            throw error;
          });
          parser.write(renderReport(evidenceOf(hostile(one, text)), 'svg')).close();
        }
      }),
      { numRuns: 15 },
    );
  });
});

describe('the page', () => {
  it('lets in its own style alone, and nothing from elsewhere', () => {
    const page = readPage(renderReport(evidenceOf(stepsRecord), 'html'));
    const policy = page.elements.find(
      ({ attributes }) => attributes['http-equiv'] === 'Content-Security-Policy',
    );
    const [style] = page.elements.filter(({ name }) => name === 'style');
    const hash = createHash('sha256')
      .update(style?.text ?? '')
      .digest('base64');
    expect(policy?.attributes.content).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
    );
    expect(style?.text).not.toMatch(/url\(|@import/);
  });

  it('takes no text of a record for markup', () => {
    const calm = new Set(
      [stepsRecord, kernelRecord].flatMap((one) => readPage(renderReport(evidenceOf(one), 'html')).shapes),
    );
    fc.assert(
      fc.property(anyText, (text) => {
        for (const one of [stepsRecord, kernelRecord])
          for (const shape of readPage(renderReport(evidenceOf(hostile(one, text)), 'html')).shapes)
            expect(calm).toContain(shape);
      }),
      { numRuns: 6 },
    );
    expect([...calm].some((shape) => /script|style=|onclick|img/.test(shape))).toBe(false);
  });

  it('links only to what it has', () => {
    const { elements } = readPage(renderReport(evidenceOf(stepsRecord), 'html'));
    const ids = new Set(elements.flatMap(({ attributes }) => attributes.id ?? []));
    const links = elements.flatMap(({ attributes }) => attributes.href ?? []);
    expect(links.length).toBeGreaterThan(20);
    for (const link of links) expect(ids).toContain(link.slice(1));
  });
});

interface PageElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Every element as a browser makes it of the page, and its shape: name and names of its attributes. */
function readPage(html: string): { elements: PageElement[]; shapes: string[] } {
  const elements: PageElement[] = [];
  const visit = (node: Dom.Node) => {
    if ('tagName' in node) {
      const attributes = Object.fromEntries(node.attrs.map(({ name, value }) => [name, value]));
      const text = node.childNodes.map((child) => ('value' in child ? child.value : '')).join('');
      elements.push({ name: node.tagName, attributes, text });
    }
    if ('childNodes' in node) for (const child of node.childNodes) visit(child);
  };
  visit(parse(html));
  return {
    elements,
    shapes: elements.map(({ name, attributes }) => `${name} ${Object.keys(attributes).join(' ')}`),
  };
}
