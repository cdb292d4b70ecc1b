// Text that comes from others, made safe for a terminal: nothing of it moves the cursor, sets a title or reorders a
// line. All that Millrace prints of sources, names, messages and logs goes through here.

// Controls, format characters (bidirectional overrides among them), line separators, lone surrogates, private use, and
// what is no character at all.
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{NChar}]/gu;

/** `text` with everything that could move the cursor or reorder the line written as `\x1b` or `\u202e`. */
export function printable(text: string): string {
  return text.replace(unprintable, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
    return code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`;
  });
}

/** As {@link printable}, for text of several lines; tabs become blanks. */
export function printableText(text: string): string {
  return text.replaceAll('\t', '    ').split('\n').map(printable).join('\n');
}

// JSON leaves these as they are, and a terminal would act on them: DEL, C1 controls, format characters, line separators.
const unsafeInJson = /[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu;

/** JSON text that is safe to show, and says exactly what `value` is. */
export function safeJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(unsafeInJson, (character) =>
    Array.from(
      { length: character.length },
      (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
