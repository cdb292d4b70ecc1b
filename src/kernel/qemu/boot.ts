// One boot, from QEMU's start to its end, whatever the guest does: the console kept as it came, read while it comes.
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import type { Duplex } from 'node:stream';
import prettyBytes from 'pretty-bytes';
import {
  environmentError,
  MillraceError,
  plural,
  type RunResult,
  run,
  type StepUpdate,
} from '../../base/index.js';
import type { DeviceActivity } from '../../device/index.js';
import {
  type ConsoleReader,
  createConsoleReader,
  type Damage,
  maxDamageText,
  type RaceReport,
  type TestResult,
  type Trouble,
} from '../../report/index.js';
import { checkConsole, exercisesOf, followFile } from '../console/index.js';
import type { BootOutcome, BootRecord, ConsoleCheck } from '../types.js';
import { type GuestFiles, type GuestOptions, qemuCommand } from './command.js';
import { deadMan } from './dead-man.js';
import { spreadCpus } from './spread.js';

export interface BootOptions {
  readonly guest: GuestOptions;
  /** Seconds. */
  readonly timeout: number;
  /** Where the console goes, absolute. */
  readonly console: string;
  /** Bytes of console after which the boot is ended. */
  readonly consoleLimit?: number;
  /** Whether the guest has such a test; any will do by default. */
  readonly knows?: (path: readonly string[]) => boolean;
  readonly update: StepUpdate;
  readonly signal?: AbortSignal | undefined;
  /** What is at the other end of the guest's device. */
  readonly device?: AttachedDevice;
}

export interface AttachedDevice {
  /** How many sockets QEMU has to it, as descriptors 3 and on. */
  readonly sockets: number;
  /** Called when QEMU was started. `fail` ends it, and the run with that error. */
  start(sockets: readonly Duplex[], pidFile: string, fail: (error: MillraceError) => void): RunningDevice;
}

export interface RunningDevice {
  /** What it has done; nothing of it goes on. */
  end(): DeviceActivity;
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
  const began = performance.now();
  const elapsed = () => (performance.now() - began) / 1000;
  let firstKtap: number | null = null;
  let firstReport: number | null = null;
  let bytes = 0;
  const live = gather((found) => {
    if (found.ktapBegan) firstKtap ??= elapsed();
    if (found.reports.length > 0) firstReport ??= elapsed();
    options.update(
      found.ktapBegan ? `${found.tests.length} results, ${found.reports.length} KCSAN reports` : 'booting',
      Math.min(1, elapsed() / options.timeout),
    );
  });

  const flooded = new AbortController();
  const deviceFailed = new AbortController();
  const signals = [
    flooded.signal,
    deviceFailed.signal,
    ...(options.signal === undefined ? [] : [options.signal]),
  ];
  let device: RunningDevice | null = null;
  let activity: DeviceActivity | null = null;
  const files = filesBeside(options.console);
  for (const file of Object.values(files)) writeFileSync(file, '');
  const spread = spreadCpus(files.pid, options.guest.cpus);
  const command = qemuCommand({ ...options.guest, files });
  const tail = followFile(files.console, (chunk) => {
    const part = chunk.subarray(0, Math.max(0, limit - bytes));
    bytes += chunk.length;
    live.reader.write(part);
    if (bytes > limit) flooded.abort();
  });
  const socketsOf = ({ sockets, start }: AttachedDevice) => ({
    count: sockets,
    onStart: (ends: readonly Duplex[]) => {
      device = start(ends, files.pid, (error) => deviceFailed.abort(error));
    },
  });
  // Set in a call, which the compiler does not follow.
  const running = () => device as RunningDevice | null;
  let outcome: BootOutcome = 'completed';
  let detail: string | null = null;
  try {
    const result = await run('timeout', [...deadMan(options.timeout), ...command], {
      signal: AbortSignal.any(signals),
      timeout: options.timeout * 1000,
      graceMs: 500,
      ...(options.device === undefined ? {} : { sockets: socketsOf(options.device) }),
    });
    tail.end();
    if (/Blocked re-entrant IO/.test(result.stderr)) throw droppedAccess(result.stderr);
    if (result.timedOut) {
      outcome = 'hung';
      detail = live.found.ktapEnded
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
    if (deviceFailed.signal.aborted && !options.signal?.aborted) throw deviceFailed.signal.reason;
    if (!(error instanceof MillraceError) || error.kind !== 'interrupted') throw error;
    outcome = options.signal?.aborted ? 'interrupted' : 'flooded';
    detail =
      outcome === 'flooded'
        ? `The guest wrote more than ${prettyBytes(limit, { binary: true })} to its console.`
        : 'Interrupted by the user.';
  } finally {
    activity = running()?.end() ?? null;
    spread.end();
    rmSync(files.pid, { force: true });
    tail.end();
    live.reader.end();
    if (bytes > limit) truncateSync(options.console, limit);
  }
  const { found, check } =
    bytes > limit ? { found: live.found, check: null } : held(options, files, live.found, outcome);
  const panic = found.troubles.find(({ kind }) => kind === 'panic');
  if (outcome === 'completed' && panic !== undefined) {
    outcome = 'panicked';
    detail = panic.title;
  } else if (outcome === 'completed' && check !== null && check.damages.length > 0) {
    outcome = 'damaged';
  } else if (outcome === 'completed' && !found.ktapEnded) {
    outcome = 'exited';
    detail = found.ktapBegan
      ? 'The guest ended in the midst of its tests.'
      : 'The guest ended before any test began.';
  }
  if (check !== null && check.damages.length > 0)
    detail = [...(detail === null ? [] : [detail]), damageSentence(check.damages)].join(' ');
  return {
    outcome,
    detail,
    console: options.console,
    seconds: elapsed(),
    firstKtap,
    firstReport,
    reports: found.reports,
    tests: found.tests,
    troubles: found.troubles,
    exercises: exercisesOf(found.tests),
    ...(check === null ? {} : { consoleCheck: check }),
    ...(activity === null ? {} : { device: activity }),
  };
}

/** What a console said, in lists with a limit. */
interface Found {
  readonly reports: RaceReport[];
  readonly tests: TestResult[];
  readonly troubles: Trouble[];
  readonly damages: Damage[];
  ktapBegan: boolean;
  ktapEnded: boolean;
}

function gather(onFind: (found: Found) => void): { readonly reader: ConsoleReader; readonly found: Found } {
  const found: Found = {
    reports: [],
    tests: [],
    troubles: [],
    damages: [],
    ktapBegan: false,
    ktapEnded: false,
  };
  const keep = <T>(list: T[], item: T) => {
    if (list.length < recordLimit) list.push(item);
    onFind(found);
  };
  const reader = createConsoleReader({
    onReport: (report) => keep(found.reports, report),
    onTest: (test) => keep(found.tests, test),
    onTrouble: (trouble) => keep(found.troubles, trouble),
    onDamage: (damage) => keep(found.damages, damage),
    onKtapStart: () => {
      found.ktapBegan = true;
      onFind(found);
    },
    onKtapEnd: () => {
      found.ktapEnded = true;
    },
  });
  return { reader, found };
}

/** The console held against the guest's channel, and read again without what the guest did not say. */
function held(
  options: BootOptions,
  files: GuestFiles,
  live: Found,
  outcome: BootOutcome,
): { readonly found: Found; readonly check: ConsoleCheck } {
  const checked = checkConsole(readFileSync(files.console), readFileSync(files.channel, 'latin1'), {
    ended: outcome === 'completed',
  });
  let found = live;
  if (checked.damages.length > 0) {
    const again = gather(() => {});
    for (const [index, piece] of checked.sound.entries()) {
      if (index > 0) again.reader.lose();
      again.reader.write(piece);
    }
    again.reader.end();
    found = again.found;
  }
  const { knows = () => true } = options;
  const strangers = found.tests.filter(({ path }) => !knows(path));
  return {
    found: { ...found, tests: found.tests.filter(({ path }) => knows(path)) },
    check: {
      vouched: checked.vouched,
      damages: [
        ...checked.damages,
        ...found.damages,
        ...strangers.map(({ path, time }) => ({
          kind: 'unknown-test' as const,
          text: path.join('.').slice(0, maxDamageText),
          time,
        })),
      ],
    },
  };
}

/** What goes beside a console. */
function filesBeside(console: string): GuestFiles {
  const stem = console.replace(/\.log$/, '');
  return { console, channel: `${stem}.channel`, pid: `${stem}.pid` };
}

function damageSentence(damages: readonly Damage[]): string {
  const first = damages.find(({ text }) => text !== '')?.text.split('\n')[0];
  return `The console is damaged in ${plural(damages.length, 'place')}${first === undefined ? '' : `, first at "${first}"`}.`;
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

/** QEMU says so once, and goes on without the access (softmmu/memory.c, 7.2). */
function droppedAccess(stderr: string): MillraceError {
  return environmentError(
    'QEMU dropped an access to the device, so that nothing of this boot can be trusted',
    {
      excerpt: stderr.trim().split('\n').slice(-5).join('\n'),
      hint: 'Report this: it should not happen with one thread for all virtual CPUs.',
    },
  );
}
