// Text of a mail's header (RFC 2047).

/** An encoded word may have 75 characters: so many bytes, in base64, fit into one. */
const bytesOfWord = 45;

/** `text` as it is when it is ASCII, else as encoded words. */
export function headerText(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const words: string[] = [];
  let word = '';
  for (const character of text) {
    if (Buffer.byteLength(word + character) > bytesOfWord) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  return [...words, word].map((part) => `=?UTF-8?B?${Buffer.from(part).toString('base64')}?=`).join('\n ');
}
