// Built kernels, kept by what went into them: the same inputs give the same image, and no make is run.
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeWhole } from '../../base/index.js';

/** A kernel that is ready to boot. */
export interface Image {
  /** Absolute path of the folder. */
  readonly directory: string;
  readonly vmlinux: string;
  readonly config: string;
  readonly log: string;
  /** Of the build that made it. */
  readonly seconds: number;
  readonly objects: number;
  /** Kernel release: `6.12.117`. */
  readonly release: string;
}

const kept = 8;
/** An image used since then may be booting right now. */
const inUseMs = 60 * 60 * 1000;

/** A short name for all of `inputs`, which must have a stable order. */
export function inputsHash(inputs: unknown): string {
  return createHash('sha256').update(JSON.stringify(inputs)).digest('hex').slice(0, 20);
}

/** The image of `hash` under `root`, or null. */
export async function findImage(root: string, hash: string): Promise<Image | null> {
  const directory = join(root, 'images', hash);
  const text = await readFile(join(directory, 'image.json'), 'utf8').catch(() => null);
  if (text === null) return null;
  const facts = parseFacts(text);
  if (facts === null) return null;
  const now = new Date();
  await utimes(directory, now, now);
  return { ...paths(directory), ...facts };
}

const factsSchema = z.object({ seconds: z.number(), objects: z.number(), release: z.string() });

function parseFacts(text: string): z.infer<typeof factsSchema> | null {
  try {
    return factsSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Copies what was built in `objects` into the store, whole or not at all, and drops the oldest. */
export async function keepImage(
  root: string,
  hash: string,
  objects: string,
  log: string,
  facts: Pick<Image, 'seconds' | 'objects' | 'release'>,
): Promise<Image> {
  const directory = join(root, 'images', hash);
  const aside = `${directory}.new`;
  await rm(aside, { recursive: true, force: true });
  await mkdir(aside, { recursive: true });
  const files = paths(aside);
  await cp(join(objects, 'vmlinux'), files.vmlinux);
  await cp(join(objects, '.config'), files.config);
  await cp(log, files.log);
  await writeWhole(join(aside, 'image.json'), JSON.stringify(facts));
  await rm(directory, { recursive: true, force: true });
  await rename(aside, directory);
  await dropOldest(join(root, 'images'));
  return { ...paths(directory), ...facts };
}

function paths(directory: string) {
  return {
    directory,
    vmlinux: join(directory, 'vmlinux'),
    config: join(directory, 'config'),
    log: join(directory, 'build.log'),
  };
}

async function dropOldest(folder: string): Promise<void> {
  const entries = await Promise.all(
    (await readdir(folder)).map(async (name) => ({ name, time: (await stat(join(folder, name))).mtimeMs })),
  );
  const old = entries.sort((a, b) => b.time - a.time).slice(kept);
  for (const { name, time } of old)
    if (Date.now() - time > inUseMs) await rm(join(folder, name), { recursive: true, force: true });
}
