// The line in which Millrace's harness says what it counted (millrace_tell(), include/millrace_kernel.h).
import { crc32 } from 'node:zlib';

export interface HarnessCounts {
  readonly test: string;
  /** Fresh set-ups, each with every side run once. */
  readonly rounds: number;
  /** Rounds in which the sides were seen running at the same time. */
  readonly overlaps: number;
  /** Rounds after which the harness's invariants did not hold. */
  readonly violations: number;
  /** Milliseconds of guest time that the sides ran against each other. */
  readonly milliseconds: number;
}

const countLine =
  /^(\S+): millrace: (?:sum=([0-9a-f]{8}) )?(rounds=(\d+) overlaps=(\d+) violations=(\d+) ms=(\d+))$/;
/** An invariant that did not hold in so many rounds. */
export interface BrokenInvariant {
  readonly text: string;
  readonly count: number;
}

const brokenLine = /^millrace: in (\d+) of \d+ rounds this did not hold: (.*)$/;

/** Of a diagnostic line of the harness's; null when it is about something else. */
export function parseBrokenInvariant(diagnostic: string): BrokenInvariant | null {
  const [, count, text] = brokenLine.exec(diagnostic) ?? [];
  return text === undefined ? null : { text, count: Number(count) };
}

const remains = /: millrace: .*=/;

/**
 * Reads a diagnostic line; null when it is not about counts, `damaged` when it is and cannot be trusted. Harnesses of
 * older kernels print no checksum.
 */
export function parseHarnessCounts(diagnostic: string): HarnessCounts | 'damaged' | null {
  const match = countLine.exec(diagnostic);
  if (match === null) return remains.test(diagnostic) ? 'damaged' : null;
  const [, test = '', sum, counts = '', ...numbers] = match;
  if (sum !== undefined && Number.parseInt(sum, 16) !== crc32(`${test} ${counts}`)) return 'damaged';
  const [rounds = 0, overlaps = 0, violations = 0, milliseconds = 0] = numbers.map(Number);
  return { test, rounds, overlaps, violations, milliseconds };
}
