// One line of a stack as the kernel prints it (stack_trace_print(), `%pS`, kernel/stacktrace.c, v6.12; show_trace_log_lvl()
// of each architecture), and as syzbot and scripts/decode_stacktrace.sh rewrite it.
import type { StackFrame } from '../race-report.js';

const name = String.raw`(?:<[^<>]{1,400}>\S*|[^\s()[\]+:,]\S{0,511}?)`;

// ` func+0x1/0x2 [mod] path:line [inline]`, each part but the first optional. Before it an address or two (x86 before
// v4.11, arm, powerpc, riscv, s390), after it how the unwinder came to it (arm64 since v6.13: `(P)`, `(C)`; powerpc:
// `(unreliable)`).
const plain = new RegExp(
  String.raw`^(\s*)(?:\[<?[0-9a-f]{8,16}>?\]\s*){0,2}(\?\s+)?(${name})(?:\+0x([0-9a-f]{1,16})/0x([0-9a-f]{1,16}))?` +
    String.raw`(?:\s+\((?:[A-Z]{1,3}|(unreliable))\))?` +
    String.raw`(?:\s+\[(?!inline\])([\w-]+)(?:\s+[0-9a-f]{6,})?\])?` +
    String.raw`(?:\s+\((?:[A-Z]{1,3})\))?` +
    String.raw`(?:\s+([^\s()]+):(-?\d+)(?::\d+)?(?:\s+\(discriminator \d+\))?)?(\s+\[inline\])?(?:\s+\([A-Z]{1,3}\))?\s*$`,
  'i',
);
// `func (path:line path:line) mod`: the lines of what was inlined first, the function's own last.
const decoded = new RegExp(
  String.raw`^\s*(?:\[<?[0-9a-f]{8,16}>?\]\s*){0,2}(\?\s+)?(${name})(?:\+0x([0-9a-f]{1,16})/0x([0-9a-f]{1,16}))?\s+\((\S.*)\)(?:\s+(\(unreliable\)|\([A-Z]{1,3}\)))?(?:\s+\[?([\w-]+)\]?)?\s*$`,
  'i',
);
// arm's unwinder names the caller beside the function (arch/arm/kernel/traps.c, dump_backtrace_entry(), v4.19 and v6.12):
// `[<c010f0d4>] (f+0x0/0x8) from [<c010b6e0>] (g+0x10/0x14)`, ` f from g+0x10/0x14`.
const fromCaller =
  /^\s*(?:\[<[0-9a-f]+>\] )?\(?([\w.$]+)(?:\+0x[0-9a-f]+\/0x[0-9a-f]+)?(?: \[[\w-]+\])?\)? from (?:\[<[0-9a-f]+>\] )?\(?([\w.$]+)\+0x([0-9a-f]+)\/0x([0-9a-f]+)(?: \[([\w-]+)\])?\)?\s*$/;
const bareIdentifier = /^[A-Za-z_][\w.$]*$/;
const bareAddress = /^0x[0-9a-f]{8,16}$/i;

/** One line of a stack. */
export interface StackLine {
  readonly frame: StackFrame;
  /** `?` or `(unreliable)`: an address that lay on the stack; nobody knows whether it was called. */
  readonly questionable: boolean;
  /** Only a word, one space in: a frame within a stack, prose elsewhere. */
  readonly bare: boolean;
  /** arm's unwinder: the function that `frame`, the caller, called. */
  readonly callee: string | null;
}

/** Reads a stack line without its prefix; null when it is none. */
export function parseStackLine(text: string): StackLine | null {
  const match = plain.exec(text);
  if (match !== null) {
    const [, space, question, name = '', offset, size, unreliable, module, file, line, inline] = match;
    // A word without an offset is a frame where it stands one space in, as the kernel prints it, and prose elsewhere.
    const bare = offset === undefined && inline === undefined;
    if ((!bare || space === ' ') && isSymbol(name, offset !== undefined)) {
      const frame: StackFrame = {
        function: name,
        offset: hex(offset),
        size: hex(size),
        module: module ?? null,
        ...place(file, line),
        inlined: inline !== undefined,
      };
      return {
        frame,
        questionable: question !== undefined || unreliable !== undefined,
        bare: bare && file === undefined,
        callee: null,
      };
    }
  }
  return parseDecodedLine(text) ?? parseCallerLine(text);
}

/** {@link parseStackLine}'s frame alone. */
export function parseStackFrame(text: string): StackFrame | null {
  return parseStackLine(text)?.frame ?? null;
}

/** Texts of frames that are remembered; a flood of reports has few different ones. */
const maxRemembered = 4096;

/** {@link parseStackLine} that remembers what it read. Frames of the same text are the same object. */
export function createLineReader(): (text: string) => StackLine | null {
  const known = new Map<string, StackLine | null>();
  return (text) => {
    const line = known.get(text);
    if (line !== undefined) return line;
    const read = parseStackLine(text);
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
  const wrapped =
    frame.offset !== null && frame.module === null ? /^\s*\[(?!inline\])([\w-]+)\]\s*$/.exec(text) : null;
  if (wrapped?.[1] !== undefined) return { ...frame, module: wrapped[1] };
  if (!frame.inlined && frame.offset === null && /^\s*\[inline\]\s*$/.test(text))
    return { ...frame, inlined: true };
  return null;
}

function parseDecodedLine(text: string): StackLine | null {
  if (text.indexOf('(') < 0) return null;
  const match = decoded.exec(text);
  if (match === null) return null;
  const [, question, name = '', offset, size, inside = '', mark, module] = match;
  const places = inside
    .replace(/\(discriminator \d+\)/g, ' ')
    .replace(/\)\s+\([A-Z]{1,3}$/, ' ')
    .trim()
    .split(/\s+/)
    .map((part) => /^(\S+):(\d+|\?)$/.exec(part));
  const last = places.at(-1);
  if (last === undefined || last === null || places.includes(null)) return null;
  if (!isSymbol(name, offset !== undefined)) return null;
  const frame: StackFrame = {
    function: name,
    offset: hex(offset),
    size: hex(size),
    module: module ?? null,
    ...place(last[1], last[2]),
    inlined: false,
  };
  return {
    frame,
    questionable: question !== undefined || mark === '(unreliable)',
    bare: false,
    callee: null,
  };
}

function parseCallerLine(text: string): StackLine | null {
  if (!text.includes(' from ')) return null;
  const match = fromCaller.exec(text);
  if (match === null) return null;
  const [, callee = '', name = '', offset, size, module] = match;
  const frame: StackFrame = {
    function: name,
    offset: hex(offset),
    size: hex(size),
    module: module ?? null,
    file: null,
    line: null,
    inlined: false,
  };
  return { frame, questionable: false, bare: false, callee };
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
