// An HTML page's or mail's text, with the lines that a browser would show.

const blocks = new Set(
  'ADDRESS ARTICLE BLOCKQUOTE BR DD DIV DL DT H1 H2 H3 H4 H5 H6 HR LI OL P PRE SECTION TABLE TD TH TR UL'.split(
    ' ',
  ),
);
const silent = new Set(['SCRIPT', 'STYLE', 'HEAD', 'TEMPLATE']);

export function isHtmlPage(head: string): boolean {
  return /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)*<(?:!doctype html|html|head|body|pre)\b/i.test(head);
}

interface NodeLike {
  readonly nodeType: number;
  readonly nodeName: string;
  readonly textContent: string | null;
  readonly childNodes: Iterable<NodeLike>;
}

/** Text in `<pre>` keeps its blanks; elsewhere they are one, as HTML has it. */
export async function htmlText(html: string): Promise<string> {
  const { parseHTML } = await import('linkedom');
  const { document } = parseHTML(/<(?:html|body)\b/i.test(html) ? html : `<html><body>${html}</body></html>`);
  let text = '';
  const walk = (node: NodeLike, keep: boolean) => {
    if (node.nodeType === 3) {
      const own = node.textContent ?? '';
      text += keep ? own : own.replace(/[ \t\r\n]+/g, ' ');
      return;
    }
    const name = node.nodeName.toUpperCase();
    if (silent.has(name)) return;
    if (blocks.has(name) && text !== '' && !text.endsWith('\n')) text += '\n';
    for (const child of node.childNodes) walk(child, keep || name === 'PRE' || name === 'TEXTAREA');
    if (blocks.has(name) && !text.endsWith('\n')) text += '\n';
  };
  walk(document.documentElement as unknown as NodeLike, false);
  return text;
}
