// What every page of Millrace's is made in: nothing is loaded, and a policy would let nothing in.
import { createHash } from 'node:crypto';
import type { Element, Root } from 'hast';
import { toHtml } from 'hast-util-to-html';
import { el, raw } from './elements.js';
import { style as commonStyle } from './style.js';

export interface DocumentParts {
  readonly title: string;
  /** Behind what every page has. */
  readonly style?: string;
  readonly body: readonly Element[];
  /** A module that may run, WebAssembly too; none when absent. */
  readonly script?: string;
}

/** A whole HTML document, ending in a line end. */
export function htmlDocument({ title, style = '', body, script }: DocumentParts): string {
  const styles = `${commonStyle}${style}`;
  const policy = [
    "default-src 'none'",
    `style-src ${hashOf(styles)}`,
    ...(script === undefined ? [] : [`script-src ${hashOf(script)} 'wasm-unsafe-eval'`]),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const page: Root = {
    type: 'root',
    children: [
      { type: 'doctype' },
      el(
        'html',
        [
          el('head', [
            el('meta', [], { charset: 'utf-8' }),
            el('meta', [], { httpEquiv: 'Content-Security-Policy', content: policy }),
            el('meta', [], { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
            el('meta', [], { name: 'referrer', content: 'no-referrer' }),
            el('title', title),
            raw('style', styles),
          ]),
          el('body', [...body, ...(script === undefined ? [] : [raw('script', script, { type: 'module' })])]),
        ],
        { lang: 'en' },
      ),
    ],
  };
  return `${toHtml(page)}\n`;
}

/** As a policy names a text. */
function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
