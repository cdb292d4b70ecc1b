// One job of a campaign: what is run, known by its content. Equal jobs have one key wherever they are asked for, so that
// each is done once and its result found again.
import { z } from 'zod';
import { inputError } from '../base/index.js';
import type { Case, CaseFix } from '../case/index.js';
import { findEmulator, findToolchain } from '../kernel/index.js';
import { findModelCompiler } from '../model/compile/index.js';
import { defaultKcsanOptions, defaultModelOptions } from '../model/index.js';
import type { EngineChoice } from '../run/index.js';
import { canonical, sha256 } from './digest.js';

const modelOptions = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]),
);
const digest = z.string().regex(/^[0-9a-f]{64}$/);

export const jobSchema = z.object({
  key: digest,
  /** Of the program that made it. */
  millrace: z.string(),
  program: digest,
  case: z.object({
    name: z.string(),
    /** Absolute; another machine has the case from the store. */
    folder: z.string(),
    digest,
  }),
  tree: z.object({ spec: z.string(), version: z.string(), identity: z.string() }),
  fix: z.object({ name: z.string(), title: z.string(), patch: z.string(), digest }).nullable(),
  engine: z.enum(['model', 'kcsan', 'kernel']),
  /** Of the engine; with what is the default filled in where the case has no say. */
  options: modelOptions,
  /** Which compiler was asked for; undefined for the best that is there. */
  compiler: z.enum(['native', 'packaged']).optional(),
  /** The programs that a result depends on, with their versions. */
  toolchain: z.string(),
});

/** One run of one case on one tree with one engine, and all that its result depends on. */
export type Job = z.infer<typeof jobSchema>;

export type JobOptions = Job['options'];

/** `job` with its key: of everything but where things lie on this machine. */
export function keyed(job: Omit<Job, 'key'>): Job {
  const { millrace, program, case: theCase, tree, fix, engine, options, toolchain } = job;
  const content = {
    ...{ millrace, program, engine, options, toolchain },
    case: [theCase.name, theCase.digest],
    tree: tree.identity,
    fix: fix === null ? null : [fix.name, fix.digest],
  };
  return { ...job, key: sha256(canonical(content)) };
}

/** The options of one engine, as a job has them. */
export function jobOptions(engine: Job['engine'], given: object): JobOptions {
  const defaults = { model: defaultModelOptions, kcsan: defaultKcsanOptions, kernel: {} }[engine];
  const defined = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(defined) } as JobOptions;
}

/** As `runCase` takes it. `compilers`: that make may run at a time. */
export function engineChoice(
  { engine, options, compiler }: Pick<Job, 'engine' | 'options' | 'compiler'>,
  compilers?: number,
): EngineChoice {
  if (engine === 'model') return { model: { options, compiler } };
  if (engine === 'kcsan') return { kcsan: { options, compiler } };
  const { instrument, lockdep, ...settings } = options;
  return {
    kernel: {
      settings,
      instrument: instrument === 'all' ? 'all' : 'case',
      lockdep: lockdep === true,
      ...(compilers === undefined ? {} : { jobs: compilers }),
    },
  };
}

/** As its run's record has it: what one would type for the same. */
export function commandOf({ case: theCase, tree, fix, engine, options, compiler }: Job): string[] {
  const words = Object.entries(options).flatMap(([name, value]) => {
    const option = `--${optionNames[name] ?? name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    if (isDefault(engine, name, value)) return [];
    if (Array.isArray(value)) return value.flatMap((one) => [option, one]);
    if (typeof value === 'boolean') return value ? [option] : [];
    return [option, String(value)];
  });
  return [
    'millrace',
    'run',
    theCase.folder,
    '--tree',
    tree.spec,
    ...(fix === null ? [] : ['--fix', fix.patch.startsWith(`${theCase.folder}/`) ? fix.name : fix.patch]),
    ...(engine === 'model' ? [] : engine === 'kernel' ? ['--engine', 'kernel'] : ['--detector', 'kcsan']),
    ...words,
    ...(compiler === undefined ? [] : ['--compiler', compiler]),
  ];
}

/** Where `millrace run` calls it otherwise. */
const optionNames: Readonly<Record<string, string>> = {
  executions: 'max-schedules',
  makeOptions: 'make-option',
};

function isDefault(engine: Job['engine'], name: string, value: unknown): boolean {
  return Object.entries(jobOptions(engine, {})).some(([known, one]) => known === name && one === value);
}

/**
 * The programs that a result of this engine depends on, with their versions. Errors: `environment` where one is missing.
 */
export async function toolchainOf(
  { engine, options, compiler }: Pick<Job, 'engine' | 'options' | 'compiler'>,
  theCase: Pick<Case, 'kernel'>,
  signal?: AbortSignal,
): Promise<string> {
  if (engine !== 'kernel') {
    const found = await findModelCompiler({
      ...(compiler === undefined ? {} : { prefer: compiler }),
      signal,
    });
    return `${found.name} (${found.version})`;
  }
  const asked = Array.isArray(options.makeOptions) ? options.makeOptions : [];
  const toolchain = await findToolchain({
    makeOptions: [...theCase.kernel.makeOptions, ...asked],
    ...(signal === undefined ? {} : { signal }),
  });
  const { version, accelerator } = await findEmulator(undefined, signal);
  return `${toolchain.description}; ${toolchain.ld}; ${version}, ${accelerator.name}`;
}

/** Errors: `input` for what is none, as another version's may be. */
export function parseJob(value: unknown): Job {
  const parsed = jobSchema.safeParse(value);
  if (!parsed.success || keyed(parsed.data).key !== parsed.data.key)
    throw inputError('a job that this version cannot read', {
      hint: 'Use one version of Millrace for a campaign and all its workers.',
    });
  return parsed.data;
}

/** The fix that a job names, as `runCase` takes it. */
export function fixOf({ fix }: Pick<Job, 'fix'>): CaseFix | null {
  return fix === null ? null : { name: fix.name, title: fix.title, patch: fix.patch };
}
