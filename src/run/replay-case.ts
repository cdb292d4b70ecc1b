// One schedule of a case again, with its reports as a run has them.
import { type ModelReplay, type ModelReplayRequest, replayModel } from '../model/index.js';
import { reportAsPrinted } from './engines/index.js';

/** Errors: those of {@link replayModel}. */
export async function replayCase(request: ModelReplayRequest): Promise<ModelReplay> {
  const replay = await replayModel(request);
  return { ...replay, reports: replay.reports.map((report) => reportAsPrinted(report, request)) };
}
