// Which settings of KCSAN find a case's race soonest: chances with their intervals, best first.
import { checkCaseAgainstTree } from '../case/index.js';
import { shareInterval } from '../judge/index.js';
import type { TuneRequest, TuneRun, TuneSample } from '../model/index.js';
import { exploreOnce } from './explorer.js';
import { filterTests } from './filter.js';

/** An estimate with its interval of 95 %; null where nothing bounds it. */
export interface Estimate {
  readonly value: number | null;
  readonly low: number;
  readonly high: number | null;
}

export interface TunePoint extends TuneSample {
  /** Executions with a report, of a thousand. */
  readonly perThousand: Estimate;
  /** Executions to the first report, expected. */
  readonly toFirst: Estimate;
}

export interface TuneResult extends Omit<TuneRun, 'samples'> {
  readonly case: string;
  readonly tree: string;
  /** Best first. */
  readonly points: readonly TunePoint[];
}

/** Errors: `input` for a case and a tree that do not fit together; `environment`; `interrupted`. */
export async function tuneCase({
  case: whole,
  filter,
  progress,
  signal,
  ...request
}: Omit<TuneRequest, 'onBusy'> & { readonly filter?: string | undefined }): Promise<TuneResult> {
  const { tree } = request;
  const theCase = filter === undefined ? whole : filterTests(whole, filter);
  for (const remark of await checkCaseAgainstTree(theCase, tree)) progress.note(remark);
  const { samples, ...run } = await exploreOnce('tune', { ...request, case: theCase }, { progress, signal });
  return { case: theCase.name, tree: tree.version, ...run, points: rankSamples(samples) };
}

/** With their chances, best first; of equals, the one that stalls for less. */
export function rankSamples(samples: readonly TuneSample[]): TunePoint[] {
  return samples
    .map(estimated)
    .sort((a, b) => shareOf(b) - shareOf(a) || a.virtualTime / a.executions - b.virtualTime / b.executions);
}

function shareOf({ hits, executions }: TuneSample): number {
  return hits / executions;
}

function estimated(sample: TuneSample): TunePoint {
  const { hits, executions } = sample;
  const { low, high } = shareInterval(hits, executions);
  const most = high ?? 1;
  return {
    ...sample,
    perThousand: { value: (1000 * hits) / executions, low: 1000 * low, high: 1000 * most },
    toFirst: {
      value: hits === 0 ? null : executions / hits,
      low: 1 / most,
      high: low === 0 ? null : 1 / low,
    },
  };
}
