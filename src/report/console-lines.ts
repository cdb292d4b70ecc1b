// biome-ignore-all lint/suspicious/noControlCharactersInRegex: control characters are what this file is about.
// Bytes of a console, cut anywhere, into lines: CRLF and lone CR end a line as LF does, terminal control sequences and
// NULs vanish, a line without an end is kept to a limit only. Text is held as latin1 so that no cut can fall into a
// character; `ownText` gives a line its UTF-8 back.

/** Characters of a line that are looked at; what follows is dropped. printk itself ends at 1 KiB a record. */
const maxLineLength = 8192;

// C0 controls but tab, LF and CR, and DEL.
const controls = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/;
const allControls = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g;
// ECMA-48: CSI sequences, OSC strings (ended by BEL or ST), and two-character escapes.
const escapeSequences = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_])/g;

export interface LineSplitter {
  /** Strings count as UTF-8. */
  write(chunk: Uint8Array | string): void;
  /** Hands on what stands behind the last line end. */
  end(): void;
}

/** Calls `onLine` with each line (latin1, without its end) as soon as it is whole. */
export function createLineSplitter(onLine: (line: string) => void): LineSplitter {
  let rest = '';
  let restIsDirty = false;
  let heldReturn = '';

  const finish = (raw: string, dirty: boolean) => {
    onLine(dirty ? raw.replace(escapeSequences, '').replace(allControls, '') : raw);
  };

  /**
   * One line end for each of CRLF, CRCRLF and a lone CR: firmware and progress bars return the carriage without a new
   * line, and some captures have no other line ends. CRs at the end of a chunk wait for what follows.
   */
  const withoutReturns = (chunk: string): string => {
    if (heldReturn === '' && chunk.indexOf('\r') < 0) return chunk;
    let text = heldReturn + chunk;
    let end = text.length;
    while (end > 0 && text.charCodeAt(end - 1) === 13) end--;
    heldReturn = end < text.length ? '\r' : '';
    text = text.slice(0, end);
    return text.replace(/\r+\n/g, '\n').replaceAll('\r', '\n');
  };

  return {
    write(chunk) {
      const bytes =
        typeof chunk === 'string'
          ? Buffer.from(chunk, 'utf8')
          : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      const text = withoutReturns(bytes.toString('latin1'));
      const dirty = controls.test(text);
      let start = 0;
      let end = text.indexOf('\n');
      if (end >= 0 && rest !== '') {
        finish((rest + text.slice(0, end)).slice(0, maxLineLength), dirty || restIsDirty);
        rest = '';
        restIsDirty = false;
        start = end + 1;
        end = text.indexOf('\n', start);
      }
      while (end >= 0) {
        finish(text.slice(start, Math.min(end, start + maxLineLength)), dirty);
        start = end + 1;
        end = text.indexOf('\n', start);
      }
      if (start < text.length && rest.length < maxLineLength) {
        rest += text.slice(start, start + maxLineLength - rest.length);
        restIsDirty ||= dirty;
      }
    },
    end() {
      heldReturn = '';
      if (rest !== '') finish(rest, restIsDirty);
      rest = '';
      restIsDirty = false;
    },
  };
}

const beyondAscii = /[\x80-\xff]/;

/**
 * The UTF-8 text of a latin1 line, in memory of its own: a slice would keep the whole chunk that it was cut from alive.
 */
export function ownText(line: string): string {
  // Mailers make no-break spaces of the blanks that printk pads its stamps with.
  if (beyondAscii.test(line)) return Buffer.from(line, 'latin1').toString('utf8').replaceAll('\u00a0', ' ');
  // Joining and cutting makes V8 copy the characters, several times faster than through a buffer.
  return ` ${line}`.slice(1);
}
