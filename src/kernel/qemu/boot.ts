// One boot, from QEMU's start to its end, whatever the guest does: the console kept as it came, read while it comes.
import { closeSync, openSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import prettyBytes from 'pretty-bytes';
import { environmentError, MillraceError, type RunResult, run, type StepUpdate } from '../../base/index.js';
import { createConsoleReader, type RaceReport, type TestResult, type Trouble } from '../../report/index.js';
import { exercisesOf } from '../console/index.js';
import type { BootOutcome, BootRecord } from '../types.js';
import { type GuestOptions, qemuCommand } from './command.js';

export interface BootOptions {
  readonly guest: GuestOptions;
  /** Seconds. */
  readonly timeout: number;
  /** Where the console goes, absolute. */
  readonly console: string;
  /** Bytes of console after which the boot is ended. */
  readonly consoleLimit?: number;
  readonly update: StepUpdate;
  readonly signal?: AbortSignal | undefined;
}

const defaultConsoleLimit = 256 * 1024 * 1024;
/** Of what one boot hands on, each kind; the console has them all. */
const recordLimit = 10_000;

/**
 * Boots once. Never fails for what the guest does: that is in the record's `outcome`.
 * Errors: `environment` when QEMU cannot be started or refuses its arguments.
 */
export async function boot(options: BootOptions): Promise<BootRecord> {
  const limit = options.consoleLimit ?? defaultConsoleLimit;
  const reports: RaceReport[] = [];
  const tests: TestResult[] = [];
  const troubles: Trouble[] = [];
  const began = performance.now();
  const elapsed = () => (performance.now() - began) / 1000;
  let firstKtap: number | null = null;
  let firstReport: number | null = null;
  let ktapEnded = false;
  let bytes = 0;
  const tell = () =>
    options.update(
      firstKtap === null ? 'booting' : `${tests.length} results, ${reports.length} KCSAN reports`,
      Math.min(1, elapsed() / options.timeout),
    );
  const keep = <T>(list: T[], item: T) => {
    if (list.length < recordLimit) list.push(item);
    tell();
  };
  const reader = createConsoleReader({
    onReport: (report) => {
      firstReport ??= elapsed();
      keep(reports, report);
    },
    onTest: (test) => keep(tests, test),
    onTrouble: (trouble) => keep(troubles, trouble),
    onKtapStart: () => {
      firstKtap ??= elapsed();
      tell();
    },
    onKtapEnd: () => {
      ktapEnded = true;
    },
  });

  const flooded = new AbortController();
  const signals = options.signal === undefined ? [flooded.signal] : [flooded.signal, options.signal];
  const file = openSync(options.console, 'w');
  const command = qemuCommand(options.guest);
  let outcome: BootOutcome = 'completed';
  let detail: string | null = null;
  try {
    const result = await run('timeout', [...deadMan(options.timeout), ...command], {
      signal: AbortSignal.any(signals),
      timeout: options.timeout * 1000,
      graceMs: 500,
      onStdout: (chunk) => {
        const room = Math.max(0, limit - bytes);
        bytes += chunk.length;
        const part = chunk.subarray(0, room);
        writeSync(file, part);
        reader.write(part);
        if (bytes > limit) flooded.abort();
      },
    });
    if (result.timedOut) {
      outcome = 'hung';
      detail = ktapEnded
        ? `The tests ended, but the guest did not within ${options.timeout} s.`
        : `The guest did not end within ${options.timeout} s.`;
    } else {
      const failure = qemuFailure(result);
      if (failure !== null && bytes === 0 && result.endedBy === null && terminated(result) === null)
        throw environmentError(failure.replace(/:.*/s, ''), {
          excerpt: result.stderr.trim().split('\n').slice(-10).join('\n'),
          hint: `The command was: ${command.join(' ')}`,
        });
      if (failure !== null) {
        outcome = 'killed';
        detail = `${failure}.`;
      }
    }
  } catch (error) {
    if (!(error instanceof MillraceError) || error.kind !== 'interrupted') throw error;
    outcome = options.signal?.aborted ? 'interrupted' : 'flooded';
    detail =
      outcome === 'flooded'
        ? `The guest wrote more than ${prettyBytes(limit, { binary: true })} to its console.`
        : 'Interrupted by the user.';
  } finally {
    closeSync(file);
    reader.end();
  }
  const panic = troubles.find(({ kind }) => kind === 'panic');
  if (outcome === 'completed' && panic !== undefined) {
    outcome = 'panicked';
    detail = panic.title;
  } else if (outcome === 'completed' && !ktapEnded) {
    outcome = 'exited';
    detail =
      firstKtap === null
        ? 'The guest ended before any test began.'
        : 'The guest ended in the midst of its tests.';
  }
  return {
    outcome,
    detail,
    console: options.console,
    seconds: elapsed(),
    firstKtap,
    firstReport,
    reports,
    tests,
    troubles,
    exercises: exercisesOf(tests),
  };
}

/** How QEMU came to an end that was not the guest's doing; null when it was. */
function qemuFailure(result: RunResult): string | null {
  const signal = result.endedBy ?? terminated(result);
  if (signal !== null) return `QEMU was ended by ${signal}`;
  if (result.exitCode === 0) return null;
  const said = result.stderr.trim().split('\n').at(-1) ?? '';
  return `QEMU failed with exit code ${result.exitCode}${said === '' ? '' : `: ${said}`}`;
}

/** The signal on which QEMU ended in order, with exit code 0 (qemu_kill_report(), system/runstate.c, QEMU 8.2). */
function terminated({ stderr }: RunResult): string | null {
  const number = /terminating on signal (\d+)/.exec(stderr)?.[1];
  if (number === undefined) return null;
  return (
    Object.entries(constants.signals).find(([, value]) => value === Number(number))?.[0] ?? `signal ${number}`
  );
}

/** Arguments of `timeout`, which ends QEMU a little after the time limit even where nobody is left to do so. */
function deadMan(seconds: number): readonly string[] {
  return ['--kill-after=2', String(seconds + 5)];
}
