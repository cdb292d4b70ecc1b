// The second channel of a guest that printed a console: a line for each record (include/millrace_channel.h).
import { crc32 } from 'node:zlib';

/** Each line of `console` is a record. */
export function announce(console: string): string {
  return console
    .replaceAll('\r', '')
    .split(/(?<=\n)/)
    .map((record) => {
      const bytes = Buffer.from(record);
      return `r ${bytes.length.toString(16)} ${crc32(bytes).toString(16).padStart(8, '0')}\n`;
    })
    .join('');
}
