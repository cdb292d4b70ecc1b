// The entry of the thread that explores for a check.
import { type Asker, answerRequests } from '../../base/index.js';
import type { ApartRequest, ApartResult, ApartTold } from './apart-protocol.js';
import { checkProgram, linkPlainC, prepareProgram } from './check.js';
import { replayCheck } from './replay.js';

async function answer(
  { files, linked, uninitialized, options, schedule }: ApartRequest,
  { signal, progress, tell, busyFor }: Asker<ApartTold>,
): Promise<ApartResult> {
  const prepared = { ...prepareProgram(await linkPlainC(linked), options), uninitialized };
  if (schedule !== null) return replayCheck(prepared, schedule, { signal });
  // What is behind the exploration takes a second at most.
  busyFor(options.maxTime + 1000);
  const all = {
    ...options,
    signal,
    onSighting: (sighting: Extract<ApartTold, { sighting: unknown }>['sighting']) => tell({ sighting }),
    onSchedules: (schedules: number, fraction: number) => tell({ schedules, fraction }),
  };
  return checkProgram(files, prepared, all, progress);
}

answerRequests(answer);
