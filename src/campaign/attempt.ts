// One try of a job: a process of its own, which ends with this one whatever ends it, and the result that is kept.
import { builtFile, MillraceError, run } from '../base/index.js';
import type { Answer, Question } from './execute.js';
import type { Job } from './job.js';
import type { JobEnd } from './result.js';
import type { Store } from './store.js';

/** Milliseconds that a job has to end what it has begun once it is told to. */
const graceMs = 10_000;

/** Does the job unless the store has its result. Errors: `interrupted`. */
export async function attempt(store: Store, job: Job, signal?: AbortSignal): Promise<JobEnd> {
  const earlier = await store.find(job.key);
  if (earlier !== null) return { kind: 'done', result: earlier };
  try {
    return await store.withScratch(async (scratch): Promise<JobEnd> => {
      const question: Question = { job: await store.taken(job), directory: scratch, store: store.folder };
      const ended = await run(
        process.execPath,
        [builtFile('cli/campaign-job.js'), JSON.stringify(question)],
        {
          signal,
          graceMs,
          tied: {},
        },
      );
      const answer = answerIn(ended.stdout);
      if (ended.exitCode !== 0 || answer === null) return { kind: 'failed', reason: howItEnded(ended) };
      if (answer.kind === 'failed') return answer;
      return { kind: 'done', result: await store.keep(answer.result, answer.record, scratch) };
    });
  } catch (error) {
    if (error instanceof MillraceError && error.kind === 'environment')
      return { kind: 'failed', reason: error.message };
    throw error;
  }
}

function answerIn(stdout: string): Answer | null {
  try {
    return JSON.parse(stdout) as Answer;
  } catch {
    return null;
  }
}

function howItEnded({ exitCode, endedBy, stderr }: Awaited<ReturnType<typeof run>>): string {
  // A shell's way to tell of a signal.
  const signal = endedBy ?? (exitCode !== null && exitCode > 128 ? `signal ${exitCode - 128}` : null);
  const how =
    signal === null ? `its process ended with exit code ${exitCode}` : `its process was ended by ${signal}`;
  const last = stderr.trim().split('\n').slice(-15).join('\n');
  return last === '' ? how : `${how}\n${last}`;
}
