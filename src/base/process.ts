// Child processes that leave nothing behind: each runs in a process group of its own, and the whole group ends
// with the call, whatever ended it.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Duplex, Readable } from 'node:stream';
import { execa, type Options } from 'execa';
import { environmentError, interruptedError } from './errors.js';

export interface RunOptions {
  readonly cwd?: string;
  /** Added to the environment of this process, or taken from it where undefined. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds after which the group is ended. */
  readonly timeout?: number;
  readonly input?: string | Uint8Array | Readable;
  /** Called with each line of standard output and standard error, without its end. */
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  /** Called with standard output as it comes; the result's `stdout` is empty then, whatever the size. */
  readonly onStdout?: (chunk: Uint8Array) => void;
  /** Milliseconds between SIGTERM and SIGKILL. */
  readonly graceMs?: number;
  /**
   * Ends the group also when this process is killed without a chance to do so, and holds it to limits. For a program
   * that is known to be there: the shell that starts it has its own words for one that is not. Needs no `input`.
   */
  readonly tied?: ChildLimits;
  /** Socket pairs: the program has the other ends as descriptors 3, 4 and so on. Needs neither `input` nor `tied`. */
  readonly sockets?: { readonly count: number; readonly onStart: (sockets: readonly Duplex[]) => void };
}

/** What a program may use; without limit where not given. */
export interface ChildLimits {
  /** Bytes of address space. */
  readonly memory?: number;
  /** Seconds of processor time. */
  readonly seconds?: number;
}

/**
 * Runs "$@" under limits. The standard input is a pipe that this process holds: when it ends, so does the group. A
 * program that a signal ended gives 128 and the signal's number, as shells have it.
 */
const tiedScript = `
[ "$1" = - ] || ulimit -v "$1"
[ "$2" = - ] || ulimit -t "$2"
shift 2
exec 3<&0
"$@" </dev/null 3<&- &
child=$!
{ read -r nothing <&3; kill -KILL 0; } >/dev/null 2>&1 &
watcher=$!
exec 3<&-
wait "$child"
code=$?
kill -KILL "$watcher" 2>/dev/null
exit "$code"
`;

function tiedCommand(
  { memory, seconds }: ChildLimits,
  program: string,
  args: readonly string[],
): readonly string[] {
  const kibibytes = memory === undefined ? '-' : String(Math.floor(memory / 1024));
  const time = seconds === undefined ? '-' : String(Math.ceil(seconds));
  return ['-c', tiedScript, 'millrace', kibibytes, time, program, ...args];
}

export interface RunResult {
  /** `null` when a signal ended the program. */
  readonly exitCode: number | null;
  /** The signal that ended the program, or null. */
  readonly endedBy: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

/**
 * Runs a program to its end and returns what it said, whatever its exit code.
 * Errors: `environment` when the program cannot be started, `interrupted` when `signal` fires.
 */
export async function run(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  if (options.signal?.aborted) throw interruptedError();
  const execaOptions = {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(options.sockets !== undefined
      ? socketOptions(options.sockets.count)
      : options.tied !== undefined
        ? { stdin: 'pipe' }
        : options.input === undefined
          ? { stdin: 'ignore' }
          : { input: options.input }),
    detached: true,
    reject: false,
    stripFinalNewline: false,
    ...(options.onStdout === undefined || options.sockets !== undefined ? {} : { buffer: { stdout: false } }),
    maxBuffer: 256 * 1024 * 1024,
  } satisfies Options;
  const child =
    options.tied === undefined
      ? execa(program, args, execaOptions)
      : execa('/bin/sh', tiedCommand(options.tied, program, args), execaOptions);
  const { pid } = child;
  const readers: Promise<void>[] = [];
  if (options.onLine !== undefined) {
    const { onLine } = options;
    const readLines = async (stream: 'stdout' | 'stderr') => {
      for await (const line of child.iterable({ from: stream, reject: false } as never))
        onLine(String(line), stream);
    };
    readers.push(readLines('stdout'), readLines('stderr'));
  }
  if (options.onStdout !== undefined) child.stdout?.on('data', options.onStdout);
  // Node gives a pair of sockets where a pipe is asked for: each end is read and written.
  options.sockets?.onStart(child.stdio.slice(3) as unknown as Duplex[]);
  let timedOut = false;
  let aborted = false;
  let killTimer: NodeJS.Timeout | undefined;
  const end = () => {
    if (pid === undefined) return;
    killGroup(pid, 'SIGTERM');
    killTimer = setTimeout(() => killGroup(pid, 'SIGKILL'), options.graceMs ?? 2000);
  };
  const onAbort = () => {
    aborted = true;
    end();
  };
  const onExit = () => {
    if (pid !== undefined) killGroup(pid, 'SIGKILL');
  };
  // What it left in its group may hold its output open, which would keep us waiting.
  child.once('exit', onExit);
  options.signal?.addEventListener('abort', onAbort, { once: true });
  process.once('exit', onExit);
  const timer =
    options.timeout === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          end();
        }, options.timeout);
  try {
    const result = await child;
    await Promise.allSettled(readers);
    if (aborted) throw interruptedError();
    if (result.exitCode === undefined && !result.isTerminated) {
      throw environmentError(`cannot run ${program}: ${result.shortMessage ?? 'unknown error'}`, {
        hint: `Check that ${program} is installed: \`millrace doctor\` names the package.`,
        cause: result,
      });
    }
    return {
      exitCode: result.exitCode ?? null,
      endedBy: result.signal ?? null,
      stdout: String(result.stdout ?? ''),
      stderr: String(result.stderr ?? ''),
      timedOut,
    };
  } finally {
    clearTimeout(timer);
    clearTimeout(killTimer);
    options.signal?.removeEventListener('abort', onAbort);
    process.removeListener('exit', onExit);
  }
}

/**
 * Starts a program that stays and answers, message by message, over Node's channel between processes. It ends with
 * this process, whatever ends that, and keeps it from ending only between `ref()` and `unref()` of its channel.
 */
export function startTied(
  program: string,
  args: readonly string[],
  { env, tied }: Required<Pick<RunOptions, 'env' | 'tied'>>,
): ChildProcess {
  const child = spawn('/bin/sh', tiedCommand(tied, program, args), {
    env: { ...process.env, ...env },
    // The shell takes the third for the pipe that it watches.
    stdio: ['pipe', 'ignore', 'pipe', 'ignore', 'ipc'],
    detached: true,
    serialization: 'advanced',
  });
  const onExit = () => endTied(child);
  process.once('exit', onExit);
  child.once('exit', () => process.removeListener('exit', onExit));
  child.unref();
  for (const stream of [child.stdin, child.stderr]) (stream as Socket | null)?.unref();
  child.channel?.unref();
  return child;
}

/** Ends what {@link startTied} began, and all that it has started. */
export function endTied({ pid }: ChildProcess): void {
  if (pid !== undefined) killGroup(pid, 'SIGKILL');
}

function socketOptions(count: number) {
  const descriptors = Array.from({ length: count }, (_, index) => `fd${index + 3}`);
  return {
    stdio: ['ignore', 'pipe', 'pipe', ...descriptors.map(() => 'pipe' as const)],
    buffer: Object.fromEntries(descriptors.map((name) => [name, false])),
  } satisfies Options;
}

/** Like {@link run}, but an exit code other than 0 is an `environment` error that shows the end of standard error. */
export async function runOrThrow(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const result = await run(program, args, options);
  if (result.exitCode === 0) return result;
  const how = result.timedOut
    ? 'ran out of time'
    : `failed with exit code ${result.exitCode ?? 'none (signal)'}`;
  throw environmentError(`${program} ${how}`, {
    excerpt: (result.stderr.trim() || result.stdout.trim()).split('\n').slice(-15).join('\n'),
    hint: `The command was: ${[program, ...args].join(' ')}`,
  });
}

/** Signals a whole process group; a group that is gone is what we wanted. */
export function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // ESRCH: nothing left to end.
  }
}
