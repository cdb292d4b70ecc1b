// An mbox into its messages, a message at a time: each begins with a line `From ` after an empty one (RFC 4155), and
// lines of its body that look so have a `>` before them.

const lineFeed = 0x0a;

/** `isMbox` false: the input is one message. A message longer than `limit` bytes ends there. */
export async function* messagesOf(
  input: AsyncIterable<Uint8Array>,
  isMbox: boolean,
  limit: number,
): AsyncGenerator<Buffer, void, undefined> {
  let lines: Buffer[] = [];
  let length = 0;
  let afterEmpty = true;
  let rest = Buffer.alloc(0);

  const add = (line: Buffer) => {
    length += line.length;
    if (length <= limit) lines.push(line);
  };

  for await (const chunk of input) {
    const data = Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = data.indexOf(lineFeed); end >= 0; end = data.indexOf(lineFeed, start)) {
      const line = data.subarray(start, end + 1);
      start = end + 1;
      const text = isMbox ? line.toString('latin1', 0, 80) : '';
      if (isMbox && afterEmpty && /^From \S+/.test(text)) {
        if (lines.length > 0) yield Buffer.concat(lines);
        lines = [];
        length = 0;
      } else add(isMbox && /^>+From /.test(text) ? line.subarray(1) : line);
      afterEmpty = line.length <= 2 && line.toString('latin1').trim() === '';
    }
    rest = Buffer.from(data.subarray(start));
    if (rest.length > limit) rest = Buffer.alloc(0);
  }
  add(rest);
  if (length > 0) yield Buffer.concat(lines);
}
