// What a stranger wrote (names, files, messages) in every rendering of a run: it is told as text, and nothing of it
// steers what shows it. That it is no markup either is tried with each rendering.
import { describe, expect, it } from 'vitest';
import { evidenceOf } from '../../src/evidence/index.js';
import { renderReport, reportFormats } from '../../src/render/index.js';
import { hostile, stepsRecord, stored } from '../render/stored.js';

/** What a terminal or a reader obeys: control characters but for tabs and line ends, changes of direction, and halves of characters. */
const steering = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff]/u;

const texts = {
  'control characters': '\u0000\u0007\u001b]0;title\u0007\u001b[2J\u007f\u009b31m',
  'changes of direction': '\u202eabc\u2066def\u2069\u200f\u061c',
  'other line ends': 'a\rb\u0085c\u2028d\u2029e\u000b\u000c',
  'lone surrogates': 'a\ud800b\udfff',
  'ends of CDATA and of comments': ']]>-->',
};

/** Where something steers, with what stands around it; null where nothing does. */
function steeredAt(text: string): string | null {
  const plain = text.replaceAll(/[\n\t]/g, ' ');
  const at = plain.search(steering);
  return at < 0 ? null : JSON.stringify(plain.slice(Math.max(0, at - 80), at + 20));
}

describe.each(Object.entries(texts))('%s', (_, text) => {
  it.each(reportFormats)('steer no reader of %s', (format) => {
    for (const record of [stepsRecord, stored.kernel ?? expect.fail()]) {
      const rendered = renderReport(evidenceOf(hostile(record, text)), format);
      expect(steeredAt(rendered)).toBeNull();
    }
  });
});
