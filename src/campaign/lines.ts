// Jobs over a pair of pipes, a line of JSON each way: what ssh carries to a machine that shares nothing with this one.
// The case and the patch go with the job; the record comes back with the result.
import { mkdir } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { z } from 'zod';
import { environmentError, inputError, MillraceError, writeWhole } from '../base/index.js';
import { attempt } from './attempt.js';
import { filesOf, programDigest } from './digest.js';
import { jobSchema, parseJob } from './job.js';
import { type JobEnd, jobResultSchema } from './result.js';
import type { Store } from './store.js';

/** Path, and contents in base64. */
const packed = z.array(z.tuple([z.string(), z.string()]));
export type PackedFiles = z.infer<typeof packed>;

const askedSchema = z.object({
  job: jobSchema,
  files: packed,
  /** Where the fix is no file of the case. */
  patch: z.string().nullable(),
});
export type Asked = z.infer<typeof askedSchema>;

export const toldSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready'), program: z.string() }),
  z.object({ kind: z.literal('failed'), key: z.string(), reason: z.string() }),
  z.object({ kind: z.literal('done'), result: jobResultSchema, record: packed.nullable() }),
]);
/** What the far side tells. */
export type Told = z.infer<typeof toldSchema>;

export async function packFolder(folder: string): Promise<PackedFiles> {
  return (await filesOf(folder)).map(([path, contents]) => [path, contents.toString('base64')]);
}

/** Errors: `environment` for a path that leads out of `folder`. */
export async function unpackInto(folder: string, files: PackedFiles): Promise<void> {
  for (const [path, contents] of files) {
    const inside = posix.normalize(path);
    if (inside.startsWith('..') || posix.isAbsolute(inside) || path.includes('\0'))
      throw environmentError(`a file with the path ${path} was sent`, { hint: 'Do not use that machine.' });
    const place = join(folder, inside);
    await mkdir(dirname(place), { recursive: true });
    await writeWhole(place, Buffer.from(contents, 'base64'), { sync: false });
  }
}

export interface LineWorkerOptions {
  readonly input: Readable;
  readonly output: Writable;
  /** Ends the worker, as the end of the input does: what runs is ended too. */
  readonly signal: AbortSignal;
}

/** Does what comes in, as many at a time as come, until the input ends. Errors: `input` for what is no job. */
export async function workOnLines(store: Store, { input, output, signal }: LineWorkerOptions): Promise<void> {
  const gone = new AbortController();
  const stop = AbortSignal.any([signal, gone.signal]);
  const tell = (told: Told) => output.write(`${JSON.stringify(told)}\n`);
  const running = new Set<Promise<void>>();
  const program = await programDigest();
  // Read from at once: a line that comes while nobody asks for it is lost.
  const lines = createInterface({ input });
  const close = () => lines.close();
  signal.addEventListener('abort', close, { once: true });
  tell({ kind: 'ready', program });
  for await (const line of lines) {
    const work = answer(store, line, stop).then(
      (told) => {
        if (told !== null) tell(told);
      },
      (error: unknown) => {
        gone.abort(error);
        lines.close();
      },
    );
    running.add(work);
    void work.finally(() => running.delete(work));
  }
  const failure: unknown = gone.signal.aborted ? gone.signal.reason : null;
  gone.abort();
  await Promise.all(running);
  if (failure !== null) throw failure;
}

/** Null where it was ended before it came to anything. */
async function answer(store: Store, line: string, signal: AbortSignal): Promise<Told | null> {
  const asked = askedSchema.safeParse(parseJson(line));
  if (!asked.success) throw inputError('what came in is no job of this version');
  const job = parseJob(asked.data.job);
  await store.accept(job, asked.data.patch, (folder) => unpackInto(folder, asked.data.files));
  let end: JobEnd;
  try {
    end = await attempt(store, job, signal);
  } catch (error) {
    if (error instanceof MillraceError && error.kind === 'interrupted') return null;
    throw error;
  }
  if (end.kind === 'failed') return { kind: 'failed', key: job.key, reason: end.reason };
  const record = store.recordOf(end.result);
  return { kind: 'done', result: end.result, record: record === null ? null : await packFolder(record) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
