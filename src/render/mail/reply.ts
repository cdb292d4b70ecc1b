// What a reply takes from the mail that it answers: addresses, thread, and the beginning of its text.
import { headerText } from '../../base/index.js';
import type { Address, Mail } from '../../mail/index.js';
import { printableText } from '../plain/index.js';

/** Lines of the other's text that are quoted: who answers on a list quotes what the answer is about, and no more. */
const quotedLines = 12;

/** `To`, `Cc`, `In-Reply-To` and `References`, folded. */
export function replyHeaders({ id, references, from, to, cc }: Mail): string[] {
  const seen = new Set<string>();
  const field = (name: string, all: readonly Address[]) => {
    const fresh = all.filter(({ address }) => isAddress(address) && !seen.has(address.toLowerCase()));
    for (const { address } of fresh) seen.add(address.toLowerCase());
    return fresh.length === 0 ? [] : [`${name}: ${fresh.map(addressText).join(',\n ')}`];
  };
  const ids = [...references, ...(id === null ? [] : [id])].filter(isPlain).map((one) => `<${one}>`);
  return [
    ...field('To', from === null ? [] : [from]),
    ...field('Cc', [...to, ...cc]),
    ...(id !== null && isPlain(id) ? [`In-Reply-To: <${id}>`] : []),
    ...(ids.length === 0 ? [] : [`References: ${ids.join('\n ')}`]),
  ];
}

/** `Re: ` once, whatever the other subject begins with. */
export function replySubject({ subject }: Mail): string {
  return `Re: ${subject.replace(/^(?:\s*re:)+\s*/i, '')}`;
}

/** Who wrote when, and the beginning of what stands above the patch. */
export function quotation({ from, date, text }: Mail): string[] {
  const [message = ''] = text.split(/^(?:---$|diff --git |Index: )/m);
  const lines = printableText(message.trim())
    .split('\n')
    .map((line) => line.trimEnd());
  const kept = lines.slice(0, quotedLines);
  while (kept.at(-1) === '') kept.pop();
  if (kept.length === 0) return [];
  const name = printableText(from?.name || from?.address || 'somebody').replaceAll('\n', ' ');
  const when = date === null ? '' : `On ${new Date(date).toUTCString().replace('GMT', '+0000')}, `;
  return [
    `${when}${name} wrote:`,
    ...kept.map((line) => (line === '' || line.startsWith('>') ? `>${line}` : `> ${line}`)),
    ...(lines.length > kept.length || text.length > message.length ? ['> [...]'] : []),
  ];
}

function isPlain(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}

function isAddress(text: string): boolean {
  return /^[^\s<>,;"()]+@[^\s<>,;"()]+$/.test(text) && isPlain(text);
}

function addressText({ name, address }: Address): string {
  const plain = printableText(name).replaceAll('\n', ' ').trim();
  if (plain === '') return address;
  const isAtoms = /^[\w .'-]*$/.test(plain);
  const isAscii = /^[\x20-\x7e]*$/.test(plain);
  const shown = isAtoms || !isAscii ? headerText(plain) : `"${plain.replace(/["\\]/g, '\\$&')}"`;
  return `${shown} <${address}>`;
}
