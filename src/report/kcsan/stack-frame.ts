// One line of a stack as KCSAN prints it (stack_trace_print(), `%pS`, kernel/stacktrace.c, v6.12), and as syzbot and
// scripts/decode_stacktrace.sh rewrite it.
import type { StackFrame } from '../race-report.js';

const name = String.raw`(?:<[^<>]{1,400}>\S*|[^\s()[\]+:,]\S{0,511}?)`;

// ` func+0x1/0x2 [mod] path:line [inline]`, each part but the first optional.
const plain = new RegExp(
  String.raw`^(\s*)(?:\[<[0-9a-f]+>\]\s*)?(?:\?\s+)?(${name})(?:\+0x([0-9a-f]{1,8})/0x([0-9a-f]{1,8}))?` +
    String.raw`(?:\s+\[(?!inline\])([\w-]+)(?:\s+[0-9a-f]{6,})?\])?` +
    String.raw`(?:\s+([^\s()]+):(-?\d+)(?::\d+)?(?:\s+\(discriminator \d+\))?)?(\s+\[inline\])?\s*$`,
  'i',
);
// `func (path:line path:line) mod`: the lines of what was inlined first, the function's own last.
const decoded = new RegExp(
  String.raw`^\s*(?:\?\s+)?(${name})(?:\+0x([0-9a-f]{1,8})/0x([0-9a-f]{1,8}))?\s+\((\S.*)\)(?:\s+\[?([\w-]+)\]?)?\s*$`,
  'i',
);
const bareIdentifier = /^[A-Za-z_][\w.$]*$/;
const bareAddress = /^0x[0-9a-f]{8,16}$/i;

/** Reads a stack line without its prefix; null when it is none. */
export function parseStackFrame(text: string): StackFrame | null {
  const match = plain.exec(text);
  if (match !== null) {
    const [, space, name = '', offset, size, module, file, line, inline] = match;
    // A word without an offset is a frame where it stands one space in as KCSAN prints it, and prose elsewhere.
    const telling = offset !== undefined || inline !== undefined || space !== '';
    if (telling && isSymbol(name, offset !== undefined)) {
      return {
        function: name,
        offset: hex(offset),
        size: hex(size),
        module: module ?? null,
        ...place(file, line),
        inlined: inline !== undefined,
      };
    }
  }
  return parseDecodedFrame(text);
}

/** Texts of frames that are remembered; a flood of reports has few different ones. */
const maxRemembered = 4096;

/** {@link parseStackFrame} that remembers what it read. Frames of the same text are the same object. */
export function createFrameReader(): (text: string) => StackFrame | null {
  const known = new Map<string, StackFrame | null>();
  return (text) => {
    const frame = known.get(text);
    if (frame !== undefined) return frame;
    const read = parseStackFrame(text);
    if (known.size >= maxRemembered) known.clear();
    known.set(text, read);
    return read;
  };
}

/** The rest of a frame that a mailer moved to a line of its own: `path:line [inline]`, `path:line`, `[inline]`. */
export function continueStackFrame(frame: StackFrame, text: string): StackFrame | null {
  if (text.includes('+0x')) return null;
  const rest = frame.file === null ? /^\s*([^\s()]+\/[^\s()]+):(-?\d+)(\s+\[inline\])?\s*$/.exec(text) : null;
  if (rest !== null) return { ...frame, ...place(rest[1], rest[2]), inlined: rest[3] !== undefined };
  if (!frame.inlined && frame.offset === null && /^\s*\[inline\]\s*$/.test(text))
    return { ...frame, inlined: true };
  return null;
}

function parseDecodedFrame(text: string): StackFrame | null {
  if (text.indexOf('(') < 0) return null;
  const match = decoded.exec(text);
  if (match === null) return null;
  const [, name = '', offset, size, inside = '', module] = match;
  const places = inside
    .replace(/\(discriminator \d+\)/g, ' ')
    .trim()
    .split(/\s+/)
    .map((part) => /^(\S+):(\d+|\?)$/.exec(part));
  const last = places.at(-1);
  if (last === undefined || last === null || places.includes(null) || !isSymbol(name, false)) return null;
  return {
    function: name,
    offset: hex(offset),
    size: hex(size),
    module: module ?? null,
    ...place(last[1], last[2]),
    inlined: false,
  };
}

function isSymbol(name: string, hasOffset: boolean): boolean {
  if (bareIdentifier.test(name) || bareAddress.test(name)) return true;
  // Rust's demangled names and odd assembly labels come with an offset.
  return hasOffset && !name.includes('//');
}

function hex(digits: string | undefined): number | null {
  return digits === undefined ? null : Number.parseInt(digits, 16);
}

function place(
  file: string | undefined,
  line: string | undefined,
): { file: string | null; line: number | null } {
  if (file === undefined || file.startsWith('?')) return { file: null, line: null };
  const number = Number(line);
  return { file: file.replace(/^(?:\.\/)+/, ''), line: number >= 1 ? number : null };
}
