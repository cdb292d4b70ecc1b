// Runs that the page started: child processes of the very program, with the command that does the same in a shell.
import { quoted, run } from '../base/index.js';

export interface JobRequest {
  readonly case: string;
  readonly tree?: string | undefined;
  readonly fix?: string | undefined;
  readonly engine: 'model' | 'kernel' | 'both';
}

export interface Job {
  readonly id: number;
  /** To be copied into a shell. */
  readonly command: string;
  readonly state: 'running' | 'cancelled' | 'ended';
  readonly exitCode: number | null;
  /** The newest lines of its progress, oldest first. */
  readonly lines: readonly string[];
}

const mostLines = 200;

/** What {@link Jobs.start} may be asked for; null for anything else. */
export function jobRequest(value: unknown): JobRequest | null {
  if (typeof value !== 'object' || value === null) return null;
  const { case: theCase, tree, fix, engine } = value as Record<string, unknown>;
  // What begins with a dash would be an option of the command.
  const isWord = (one: unknown): one is string =>
    typeof one === 'string' && one !== '' && one.length < 1000 && !one.startsWith('-') && !one.includes('\0');
  if (!isWord(theCase) || (engine !== 'model' && engine !== 'kernel' && engine !== 'both')) return null;
  for (const optional of [tree, fix]) if (optional !== undefined && !isWord(optional)) return null;
  return { case: theCase, engine, tree: tree as string | undefined, fix: fix as string | undefined };
}

export function jobArguments({ case: theCase, tree, fix, engine }: JobRequest): string[] {
  return [
    'run',
    theCase,
    ...(tree === undefined ? [] : ['--tree', tree]),
    ...(fix === undefined ? [] : ['--fix', fix]),
    ...['--engine', engine],
  ];
}

export class Jobs {
  private readonly jobs = new Map<number, Job>();
  private readonly controllers = new Map<number, AbortController>();
  private readonly program: readonly string[];
  private readonly directory: string;
  private readonly onChange: () => void;

  /** `program`: what to run, the arguments of the command behind it. */
  constructor(program: readonly string[], directory: string, onChange: () => void) {
    this.program = program;
    this.directory = directory;
    this.onChange = onChange;
  }

  /** The newest first. */
  list(): Job[] {
    return [...this.jobs.values()].reverse();
  }

  start(request: JobRequest): Job {
    const id = this.jobs.size + 1;
    const args = jobArguments(request);
    const job: Job = {
      id,
      command: ['millrace', ...args].map(quoted).join(' '),
      state: 'running',
      exitCode: null,
      lines: [],
    };
    this.jobs.set(id, job);
    const controller = new AbortController();
    this.controllers.set(id, controller);
    void this.follow(id, args, controller.signal);
    this.onChange();
    return job;
  }

  /** False when it does not run. */
  cancel(id: number): boolean {
    const job = this.jobs.get(id);
    if (job?.state !== 'running') return false;
    this.controllers.get(id)?.abort();
    return true;
  }

  cancelAll(): void {
    for (const controller of this.controllers.values()) controller.abort();
  }

  private async follow(id: number, args: readonly string[], signal: AbortSignal): Promise<void> {
    const [program = process.execPath, ...first] = this.program;
    try {
      const { exitCode } = await run(program, [...first, ...args], {
        cwd: this.directory,
        signal,
        onLine: (line, stream) => {
          if (stream === 'stderr' && line.trim() !== '') this.change(id, { line });
        },
      });
      this.change(id, { state: 'ended', exitCode });
    } catch (error) {
      if (signal.aborted) this.change(id, { state: 'cancelled' });
      else this.change(id, { state: 'ended', line: error instanceof Error ? error.message : String(error) });
    }
  }

  private change(
    id: number,
    { line, ...rest }: { line?: string; state?: Job['state']; exitCode?: number | null },
  ): void {
    const job = this.jobs.get(id);
    if (job === undefined) return;
    const lines = line === undefined ? job.lines : [...job.lines, line].slice(-mostLines);
    this.jobs.set(id, { ...job, ...rest, lines });
    this.onChange();
  }
}
