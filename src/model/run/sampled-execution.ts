// One execution of a sample under KCSAN as text: `k1-7402eb5e-9f3a-1.73`: format and version, identity of the program,
// a digest of settings and limits, the seed, and the execution's number. A sample comes from its seed alone.
import { createHash } from 'node:crypto';
import { inputError } from '../../base/index.js';

/** Changes whenever one seed gives another sample. */
const samplingVersion = 'k1';

export interface SampledExecution {
  /** {@link Program.identity} */
  readonly program: string;
  /** By {@link settingsDigest}. */
  readonly settings: string;
  readonly seed: number;
  /** From 1. */
  readonly execution: number;
}

/** @param lines CONFIG_KCSAN_* in force */
export function settingsDigest(
  lines: readonly string[],
  { maxSteps, maxMemory }: { readonly maxSteps: number; readonly maxMemory: number },
): string {
  return createHash('sha256')
    .update(JSON.stringify([lines, maxSteps, maxMemory]))
    .digest('hex')
    .slice(0, 4);
}

export function isSampled(text: string): boolean {
  return /^k\d+-/.test(text);
}

export function formatSampledExecution({ program, settings, seed, execution }: SampledExecution): string {
  return `${samplingVersion}-${program}-${settings}-${seed}.${execution}`;
}

/** Errors: `input` when the text is no execution of a sample, or one of another version. */
export function parseSampledExecution(text: string): SampledExecution {
  const match = /^(k\d+)-([0-9a-f]{8})-([0-9a-f]{4})-(\d{1,15})\.([1-9]\d{0,9})$/.exec(text);
  if (match === null)
    throw inputError(`'${text}' is no execution of a sample`, {
      hint: 'Copy one from a report: it begins with `k1-`.',
    });
  const [, version, program = '', settings = '', seed, execution] = match;
  if (version !== samplingVersion)
    throw inputError(`the execution is of sampling ${version}, and this Millrace has ${samplingVersion}`, {
      hint: 'Run the case again to find a new one.',
    });
  return { program, settings, seed: Number(seed), execution: Number(execution) };
}
