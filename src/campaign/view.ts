// What a campaign shows, as plain data: for the table, the page and --json.
import type { Outcome } from '../base/index.js';
import { commandOf } from './job.js';
import { outcomeOfCampaign } from './outcome.js';
import type { Cell } from './plan.js';
import type { JobResult } from './result.js';
import type { CampaignStatus } from './run-campaign.js';
import type { Store } from './store.js';

/** `no tree`: it could not be had, so that there is no job. */
export type CellState = 'run' | 'refused' | 'failed' | 'waiting' | 'running' | 'no tree';

export interface CellView extends Omit<Cell, 'problem'> {
  readonly state: CellState;
  /** Of a cell that ran; null for any other. */
  readonly verdict: Extract<JobResult, { kind: 'run' }>['verdict'] | null;
  /** Why there is no verdict; null where there is one, and where the job has not come to an end yet. */
  readonly reason: string | null;
  /** Tries that the machine failed, with their reasons. */
  readonly failures: readonly string[];
  /** The record's folder; null without one. */
  readonly record: string | null;
  /** Where and how long it ran; null without a result. */
  readonly host: string | null;
  readonly seconds: number | null;
  /** What does the same in a shell; null without a job. */
  readonly command: readonly string[] | null;
}

export interface CampaignView {
  readonly id: string;
  readonly title: string;
  readonly outcome: Outcome;
  readonly counts: {
    readonly cells: number;
    readonly jobs: number;
    /** Jobs with a result, each counted once. */
    readonly done: number;
    /** Of these, how many results were there before this campaign was begun or resumed. */
    readonly found: number;
    readonly failed: number;
    /** Tries that ended with the process that made them, and were made again. */
    readonly cutOff: number;
    /** Of all results, whenever they were made. */
    readonly seconds: number;
  };
  readonly cells: readonly CellView[];
}

export function viewOfCampaign(status: CampaignStatus, store: Store): CampaignView {
  const { plan, jobs } = status;
  const states = [...jobs.values()];
  const commands = new Map(plan.jobs.map((job) => [job.key, commandOf(job)]));
  return {
    id: plan.id,
    title: plan.title,
    outcome: outcomeOfCampaign(status),
    counts: {
      cells: plan.cells.length,
      jobs: plan.jobs.length,
      done: states.filter(({ state }) => state === 'done').length,
      found: status.found,
      failed: states.filter(({ state }) => state === 'failed').length,
      cutOff: states.reduce((sum, { cutOff }) => sum + cutOff, 0),
      seconds: states.reduce((sum, { result }) => sum + (result?.seconds ?? 0), 0),
    },
    cells: plan.cells.map(({ problem, ...place }) => {
      const job = place.key === null ? null : (jobs.get(place.key) ?? null);
      const result = job?.result ?? null;
      return {
        ...place,
        state: job === null ? 'no tree' : stateOf(job.state, result),
        verdict: result?.kind === 'run' ? result.verdict : null,
        reason:
          job === null
            ? problem
            : result?.kind === 'refused'
              ? result.reason
              : job.state === 'failed'
                ? (job.failures.at(-1) ?? null)
                : null,
        failures: job?.failures ?? [],
        record: result === null ? null : store.recordOf(result),
        host: result?.host ?? null,
        seconds: result?.seconds ?? null,
        command: place.key === null ? null : (commands.get(place.key) ?? null),
      };
    }),
  };
}

function stateOf(state: 'waiting' | 'running' | 'done' | 'failed', result: JobResult | null): CellState {
  return state === 'done' ? (result?.kind ?? 'waiting') : state;
}
