// One schedule of a case again, with its reports as a run has them.
import type { ModelReplay, ModelReplayRequest } from '../model/index.js';
import { reportAsPrinted } from './engines/index.js';
import { exploreOnce } from './explorer.js';

/**
 * Errors: `input` when tree, case, fix or compiler differ so that the code is not that of the schedule; `environment`;
 * `interrupted`.
 */
export async function replayCase({
  progress,
  signal,
  ...request
}: Omit<ModelReplayRequest, 'onBusy'>): Promise<ModelReplay> {
  const replay = await exploreOnce('replay', request, { progress, signal });
  return { ...replay, reports: replay.reports.map((report) => reportAsPrinted(report, request)) };
}
