// A stack as its lines come: what a mailer wrapped is joined, what addr2line added is put where it belongs, and prose is
// kept out.
import type { StackFrame } from '../race-report.js';
import { continueStackFrame, type StackLine } from './stack-frame.js';

/** The kernel prints at most 64 frames of a stack that it stored; unwinding and symbolising give more. */
const maxFrames = 512;
/** Lines over which a frame may be spread. */
const maxWrappedLines = 4;
/** A mailer wraps at 72 columns or so; prefixes are not counted here. */
const minWrapped = 40;

export interface StackBuilder {
  /** Takes one line; false when it is no part of the stack. */
  take(text: string): boolean;
  /** A line came that is no part of the stack: from here on a bare word is prose. */
  interrupt(): void;
  readonly frames: StackFrame[];
  readonly questionable: StackFrame[];
}

// `foo_write (drivers/foo/foo.c:10`, of decode_stacktrace.sh, and what a mailer moved from it to lines of their own.
const brokenStart =
  /^\s*(?:\? )?[A-Za-z_][\w.$]*(?:\+0x[0-9a-f]+\/0x[0-9a-f]+)? \([^\s()]+:(?:\d+|\?)(?: \(discriminator \d+\)?)?(?: [^\s()]+:(?:\d+|\?)(?: \(discriminator \d+\)?)?)*\s*$/;
// The same, or syzbot's `foo_write drivers/foo/foo.c:10 [inline]`, wrapped behind the name.
const brokenName = /^\s*(?:\? )?[A-Za-z_][\w.$]*(?: [^\s()]+\/[^\s()]+:\d+)?\s*$/;
const brokenRest = /^\s*\(?(?:[^\s()]+:(?:\d+|\?)|discriminator\b|\d+\)\)?)/;
// addr2line -i: the innermost first, then `(inlined by)` outwards.
const addressLine = /^\s*(\(inlined by\) )?([A-Za-z_][\w.$]*) at (\S+):(\d+)(?: \(discriminator \d+\))?\s*$/;

/**
 * `readLine` reads a stack line, as parseStackLine() does. Unsure frames stand `among` the others, where the kernel is
 * known to print none (KCSAN), or `apart`.
 */
export function createStackBuilder(
  readLine: (text: string) => StackLine | null,
  unsure: 'among' | 'apart' = 'apart',
): StackBuilder {
  const frames: StackFrame[] = [];
  const questionable: StackFrame[] = [];
  let broken: { text: string; lines: number } | null = null;
  let interrupted = false;
  let lastLength = 0;
  let lastQuestionable = false;

  const takeLine = (text: string): boolean => {
    const read = readLine(text);
    if (read === null || (read.bare && interrupted)) return false;
    const { frame, callee } = read;
    if (callee !== null && frames.length === 0) frames.push(bareFrame(callee));
    lastQuestionable = read.questionable && unsure === 'apart';
    // Among frames with names, an address that has none tells nothing.
    if (unsure === 'apart' && frame.function.startsWith('0x')) return true;
    const list = lastQuestionable ? questionable : frames;
    if (list.length < maxFrames) list.push(frame);
    return true;
  };

  /** What addr2line says of the frame before. */
  const takeAddressLine = (text: string): boolean => {
    const match = addressLine.exec(text);
    const frame = frames.at(-1);
    if (match === null || frame === undefined || frame.offset === null || frame.file !== null) return false;
    const [, , name = '', file = '', line] = match;
    const place = { file: file.replace(/^(?:\.\/)+/, ''), line: Number(line) || null };
    if (plainName(name) === plainName(frame.function)) frames[frames.length - 1] = { ...frame, ...place };
    else if (frames.length < maxFrames) frames.splice(-1, 0, { ...bareFrame(name), ...place, inlined: true });
    return true;
  };

  const takeContinuation = (text: string): boolean => {
    const list = lastQuestionable ? questionable : frames;
    const last = list.at(-1);
    if (last === undefined) return false;
    // A word in brackets is a module where the line was long enough to be wrapped, and prose elsewhere.
    if (/^\s*\[\w/.test(text) && !text.includes('[inline]') && lastLength < minWrapped) return false;
    const continued = continueStackFrame(last, text);
    if (continued === null) return false;
    list[list.length - 1] = continued;
    return true;
  };

  return {
    frames,
    questionable,
    take(text) {
      if (broken !== null) {
        const joined = `${broken.text.trimEnd()} ${text.trimStart()}`;
        if (takeLine(joined)) {
          broken = null;
          return true;
        }
        broken =
          broken.lines < maxWrappedLines && brokenRest.test(text)
            ? { text: joined, lines: broken.lines + 1 }
            : null;
        if (broken !== null) return true;
      }
      if (takeAddressLine(text) || takeContinuation(text) || takeLine(text)) {
        lastLength = text.trim().length;
        return true;
      }
      const isStart = brokenStart.test(text);
      if (isStart || brokenName.test(text)) broken = { text, lines: 1 };
      return isStart;
    },
    interrupt() {
      interrupted = true;
    },
  };
}

/** Without what the compiler appends to its copies: `.isra.0`, `.constprop.0`. */
function plainName(name: string): string {
  return name.replace(/\.(?:isra|constprop|part|cold|llvm)\b.*$/, '');
}

function bareFrame(name: string): StackFrame {
  return { function: name, offset: null, size: null, module: null, file: null, line: null, inlined: false };
}
