// Markup as a tree: text becomes markup nowhere, since only the serializer writes it. What stands in it, in attributes
// too, steers no reader.
import type { Element, ElementContent } from 'hast';
import { h } from 'hastscript';
import { printableText } from '../plain/index.js';

export type Content = Element | string;

/** An element; its strings are a record's or ours, and text in either case. */
export function el(
  selector: string,
  content: Content | readonly Content[] = [],
  attributes: Readonly<Record<string, string | boolean>> = {},
): Element {
  const children = (
    typeof content === 'string' || !Array.isArray(content) ? [content] : content
  ) as Content[];
  const nodes: ElementContent[] = children.map((child) =>
    typeof child === 'string' ? { type: 'text', value: printableText(child) } : child,
  );
  const shown = Object.entries(attributes).map(([name, value]) => [
    name,
    typeof value === 'string' ? printableText(value) : value,
  ]);
  return h(selector, Object.fromEntries(shown), nodes) as Element;
}

/** An element whose text stands in the document as it is: a policy's hash is of this very text. */
export function raw(
  tagName: 'script' | 'style',
  text: string,
  properties: Readonly<Record<string, string | readonly string[]>> = {},
): Element {
  return h(tagName, properties as Record<string, string>, [{ type: 'text', value: text }]) as Element;
}

/** A section with a heading; nothing where there is no content. */
export function section(id: string, title: string, content: readonly Element[]): Element[] {
  return content.length === 0 ? [] : [el(`section#${id}`, [el('h2', title), ...content])];
}

/** Scrolls sideways on a narrow screen. */
export function table(
  heads: readonly string[],
  rows: readonly (readonly Content[])[],
  numbers: readonly number[] = [],
): Element {
  const cell = (name: string, content: Content, index: number) =>
    el(numbers.includes(index) ? `${name}.number` : name, content);
  return el('div.scroll', [
    el('table', [
      el('thead', [
        el(
          'tr',
          heads.map((head, index) => cell('th', head, index)),
        ),
      ]),
      el(
        'tbody',
        rows.map((row) =>
          el(
            'tr',
            row.map((content, index) => cell('td', content, index)),
          ),
        ),
      ),
    ]),
  ]);
}

export function list(items: readonly Content[]): Element[] {
  return items.length === 0
    ? []
    : [
        el(
          'ul',
          items.map((item) => el('li', item)),
        ),
      ];
}

export function facts(pairs: readonly (readonly [name: string, content: Content])[]): Element {
  return el(
    'dl',
    pairs.flatMap(([name, content]) => [el('dt', name), el('dd', content)]),
  );
}

/** Text in which names stand in backticks. */
export function prose(text: string): Content[] {
  return text.split(/`([^`]*)`/).map((part, index) => (index % 2 === 1 ? el('code', part) : part));
}
