// An execution of a sample once more, step by step: a sample comes from its seed alone, so that its number is enough.
import type { KcsanReport } from '../detect/kcsan/index.js';
import { Recorder, type Replay } from '../replay/index.js';
import { type KcsanProgram, nextExecution, type SampleLimits, sample } from './sample.js';

export interface WatchedExecution
  extends Pick<Replay, 'steps' | 'incidents' | 'contexts' | 'cpus' | 'blocks'> {
  /** What KCSAN found, in the order of time; `limited`: CONFIG_KCSAN_REPORT_ONCE_IN_MS keeps it from being printed. */
  readonly reports: readonly { readonly report: KcsanReport; readonly limited: boolean }[];
}

/**
 * Runs the sample again up to the last of `executions` (numbers from 1, ascending) and watches those, as far as
 * `maxTime` (milliseconds) and `signal` let it come.
 * `program` is one that has not run yet.
 */
export async function watchExecutions(
  program: KcsanProgram,
  executions: readonly number[],
  { maxTime = Number.POSITIVE_INFINITY, signal }: Partial<Pick<SampleLimits, 'maxTime' | 'signal'>> = {},
): Promise<WatchedExecution[]> {
  const watched: WatchedExecution[] = [];
  let done = 0;
  const until = performance.now() + maxTime;
  for (const execution of executions) {
    const left = until - performance.now();
    const { stoppedBy } = await sample(program, {
      executions: execution - done - 1,
      maxTime: left,
      signal,
    });
    if (stoppedBy !== 'end' || signal?.aborted) break;
    watched.push(watch(program));
    done = execution;
  }
  return watched;
}

function watch(program: KcsanProgram): WatchedExecution {
  const { machine, kcsan, scheduler } = program;
  const recorder = new Recorder(machine);
  const reports: { report: KcsanReport; limited: boolean }[] = [];
  kcsan.onReport = (report, limited) => {
    reports.push({ report, limited });
    const site = report.accesses.at(-1)?.stack[0] ?? 0;
    recorder.event(machine.current, { kind: 'report', limited }, site, 0, 0);
  };
  nextExecution(program, { tracer: recorder, looksOn: true });
  recorder.settle();
  return {
    steps: recorder.steps,
    incidents: [...machine.incidents],
    contexts: machine.count,
    cpus: Array.from({ length: machine.count }, (_, context) => scheduler.cpuOf(context)),
    blocks: [...machine.heap.blocks],
    reports,
  };
}
