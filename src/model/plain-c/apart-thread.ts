// The entry of the thread that explores for a check.
import { parentPort } from 'node:worker_threads';
import { MillraceError, type Progress, watchedSignal } from '../../base/index.js';
import type { ApartError, ApartMessage, ApartRequest } from './apart-protocol.js';
import { checkProgram, linkPlainC, prepareProgram } from './check.js';

const tell = (message: ApartMessage) => parentPort?.postMessage(message);

const progress: Progress = {
  async step(title, work) {
    tell({ step: title });
    const value = await work((update, fraction) => tell({ update, fraction }));
    tell({ stepEnded: true });
    return value;
  },
  note: () => {},
};

async function answer({ files, linked, uninitialized, options, interrupted }: ApartRequest): Promise<void> {
  const prepared = { ...prepareProgram(await linkPlainC(linked), options), uninitialized };
  const all = {
    ...options,
    signal: watchedSignal(interrupted),
    onSighting: (sighting: Extract<ApartMessage, { sighting: unknown }>['sighting']) => tell({ sighting }),
    onSchedules: (schedules: number, fraction: number) => tell({ schedules, fraction }),
  };
  tell({ result: await checkProgram(files, prepared, all, progress) });
}

function plain(error: unknown): ApartError {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  if (!(error instanceof MillraceError)) return { kind: null, message, stack };
  const { kind, at, hint, excerpt } = error;
  return {
    kind,
    message,
    stack,
    ...(at === undefined ? {} : { at }),
    ...(hint === undefined ? {} : { hint }),
    ...(excerpt === undefined ? {} : { excerpt }),
  };
}

parentPort?.once('message', (request: ApartRequest) => {
  answer(request).catch((error: unknown) => tell({ error: plain(error) }));
});
