// A run's folder, `.millrace/runs/<UTC time>-<case>/`: made at the first moment, so that a run cut off at any point
// leaves a record, and rewritten as a whole at each step.
import { mkdir, writeFile } from 'node:fs/promises';
import { arch, release, type } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { MillraceError, runsDirectory, writeWhole } from '../base/index.js';
import { type Case, type CaseFix, caseArgument, type KernelSettings } from '../case/index.js';
import type { StockSteps } from '../export/index.js';
import type {
  DirectedRun,
  DirectedVerdict,
  FixMatrix,
  KcsanVerdict,
  KernelVerdict,
  LineFields,
  ModelVerdict,
} from '../judge/index.js';
import type { KernelRun } from '../kernel/index.js';
import type { KcsanRun, ModelRun } from '../model/index.js';
import type { Tree } from '../tree/index.js';
import { adoptRun, copyFolderInto, copyInto } from './files.js';
import { markThisProcess } from './liveness.js';
import { type RunRecord, recordFormat } from './record-schema.js';

export const recordFileName = 'run.json';

/** A record and the folder it is in. */
export interface Run {
  /** Absolute path. Consoles and logs written below it need no copying. */
  readonly directory: string;
  readonly record: RunRecord;
}

export type RecordedSettings = KernelSettings & {
  readonly instrument: 'case' | 'all';
  readonly lockdep: boolean;
};

export interface RunStart {
  /** Of this program. */
  readonly version: string;
  readonly command: readonly string[];
  /** Those that are asked for, without a kernel yet. */
  readonly engines: readonly EngineSection[];
  readonly case: Case;
  /** Where in the tree the harness is built. */
  readonly harnessPath: string | null;
  readonly tree: Tree | null;
  readonly fix: CaseFix | null;
  /** Of several, the others. */
  readonly otherFixes?: readonly CaseFix[] | undefined;
  /** Of tests; null for none. */
  readonly filter: string | null;
}

/** What a run learns on its way; what is absent stays as it was. */
export interface RunUpdate {
  readonly tree?: Tree;
  readonly harnessPath?: string;
  /** Those of a name that is there already are replaced. */
  readonly seeds?: Readonly<Record<string, string>>;
  readonly timings?: RunRecord['timings'];
  /** Takes the place of what that engine had. */
  readonly engine?: EngineSection;
  readonly fixes?: RunRecord['fixes'];
  readonly stock?: StockSteps | null;
  /** Name of the fix that the record is about, where several were tried. */
  readonly leading?: string;
}

/** What the model engine found so far. */
export interface ModelSection {
  readonly engine: 'model';
  readonly kernels: readonly ModelRun[];
  readonly verdict: ModelVerdict | null;
  /** Of several fixes, those that the record is not about. */
  readonly others?: readonly { readonly kernel: ModelRun; readonly verdict: ModelVerdict }[] | undefined;
  /** Several fixes side by side. */
  readonly matrix?: FixMatrix | undefined;
}

/** What KCSAN's algorithm reported so far. */
export interface KcsanSection {
  readonly engine: 'kcsan';
  readonly kernels: readonly KcsanRun[];
  readonly verdict: KcsanVerdict | null;
}

/** What the boots of the kernel engine showed so far. */
export interface KernelSection {
  readonly engine: 'kernel';
  /** As in force: the case's, with what the command line changed. */
  readonly settings: RecordedSettings | null;
  readonly kernels: readonly KernelRun[];
  readonly fields: readonly LineFields[];
  readonly verdict: KernelVerdict | null;
}

/** What directed rounds showed so far. */
export interface DirectedSection {
  readonly engine: 'directed';
  /** `auto`, or the schedule that was given. */
  readonly schedule: string;
  readonly settings: RecordedSettings | null;
  readonly kernels: readonly DirectedRun[];
  readonly verdict: DirectedVerdict | null;
}

export type EngineSection = ModelSection | KcsanSection | KernelSection | DirectedSection;

export type RunEnd =
  | { readonly status: 'finished' | 'interrupted' }
  | { readonly status: 'failed'; readonly error: unknown };

/** Makes the folder, copies the case and the fix, and writes the record with the status `running`. */
export async function createRun(workingDirectory: string, start: RunStart): Promise<Run> {
  const started = new Date();
  const runs = runsDirectory(resolve(workingDirectory));
  await mkdir(runs, { recursive: true });
  await writeFile(join(runs, '..', '.gitignore'), '*\n', { flag: 'wx' }).catch(ignoreExisting);
  const { id, directory } = await makeFolder(runs, started, start.case.name);
  const { name, title, suite, sources, tests, assumptions } = start.case;
  const record: RunRecord = {
    format: recordFormat,
    millrace: start.version,
    id,
    status: 'running',
    process: markThisProcess(),
    started: started.toISOString(),
    finished: null,
    command: [...start.command],
    filter: start.filter,
    host: { system: `${type()} ${release()} ${arch()}`, node: process.version },
    workingDirectory: resolve(workingDirectory),
    engines: structuredClone(start.engines) as RunRecord['engines'],
    case: {
      name,
      argument: caseArgument(start.case.directory, resolve(workingDirectory)),
      title,
      suite,
      sources: [...sources],
      tests: structuredClone(tests) as RunRecord['case']['tests'],
      assumptions: [...assumptions],
      harnessPath: start.harnessPath,
      files: [],
    },
    tree: start.tree === null ? null : recordedTree(start.tree),
    fix: null,
    seeds: {},
    timings: [],
    stock: null,
    error: null,
  };
  const run = await save({ directory, record });
  const files = await copyFolderInto(directory, start.case.directory, 'case');
  const fix = start.fix === null ? null : await copyFix(directory, start.fix);
  const others: NonNullable<RunRecord['otherFixes']> = [];
  for (const other of start.otherFixes ?? []) others.push(await copyFix(directory, other));
  return await save({
    directory,
    record: {
      ...run.record,
      case: { ...record.case, files },
      fix,
      ...(others.length === 0 ? {} : { otherFixes: others }),
    },
  });
}

/** Writes what is known so far. Consoles and logs outside the record's folder are copied into it. */
export async function updateRun(run: Run, update: RunUpdate): Promise<Run> {
  const { tree, harnessPath, engine, seeds, stock, leading, ...rest } = update;
  const section = engine === undefined ? null : await adopted(run.directory, engine);
  const record = {
    ...run.record,
    ...rest,
    ...(tree === undefined ? {} : { tree: recordedTree(tree) }),
    ...(harnessPath === undefined ? {} : { case: { ...run.record.case, harnessPath } }),
    ...(seeds === undefined ? {} : { seeds: { ...run.record.seeds, ...seeds } }),
    ...(leading === undefined ? {} : ledBy(run.record, leading)),
    ...(stock === undefined ? {} : { stock: structuredClone(stock) as RunRecord['stock'] }),
    ...(section === null
      ? {}
      : {
          engines: run.record.engines.map((one) =>
            one.engine === section.engine ? structuredClone(section) : one,
          ),
        }),
  } as RunRecord;
  return await save({ directory: run.directory, record });
}

function ledBy({ fix, otherFixes = [] }: RunRecord, name: string): Pick<RunRecord, 'fix' | 'otherFixes'> {
  const all = [...(fix === null ? [] : [fix]), ...otherFixes];
  return {
    fix: all.find((one) => one.name === name) ?? fix,
    otherFixes: all.filter((one) => one.name !== name),
  };
}

export async function finishRun(run: Run, end: RunEnd): Promise<Run> {
  const record: RunRecord = {
    ...run.record,
    status: end.status,
    finished: new Date().toISOString(),
    error: end.status === 'failed' ? recordedError(end.error) : null,
  };
  return await save({ directory: run.directory, record });
}

/** With consoles and logs inside the record. */
async function adopted(directory: string, section: EngineSection): Promise<EngineSection> {
  switch (section.engine) {
    case 'kernel':
      return { ...section, kernels: await adoptedRuns(directory, section.kernels) };
    case 'directed':
      return { ...section, kernels: await adoptedRuns(directory, section.kernels) };
    default:
      return section;
  }
}

async function adoptedRuns<Run extends KernelRun>(directory: string, runs: readonly Run[]): Promise<Run[]> {
  const kernels: Run[] = [];
  for (const one of runs) kernels.push(await adoptRun(directory, one));
  return kernels;
}

async function save(run: Run): Promise<Run> {
  await writeWhole(join(run.directory, recordFileName), `${JSON.stringify(run.record, null, 2)}\n`);
  return run;
}

/** Two runs may start in the same second: the second gets `-2`. */
async function makeFolder(runs: string, started: Date, caseName: string) {
  const stamp = started.toISOString().replace(/[-:]|\.\d+/g, '');
  const stem = `${stamp}-${caseName.replace(/[^A-Za-z0-9._-]/g, '_')}`;
  for (let count = 1; ; count += 1) {
    const id = count === 1 ? stem : `${stem}-${count}`;
    try {
      await mkdir(join(runs, id));
      return { id, directory: join(runs, id) };
    } catch (error) {
      ignoreExisting(error);
    }
  }
}

async function copyFix(directory: string, fix: CaseFix): Promise<NonNullable<RunRecord['fix']>> {
  const file = await copyInto(directory, fix.patch, `fix/${basename(fix.patch)}`);
  return { name: fix.name, title: fix.title, ...file };
}

function recordedTree({ spec, path, version, identity, commit }: Tree): RunRecord['tree'] {
  return { spec, path, version, identity, commit };
}

function recordedError(error: unknown): RunRecord['error'] {
  if (error instanceof MillraceError)
    return { kind: error.kind, message: error.message, hint: error.hint ?? null };
  return { kind: 'internal', message: error instanceof Error ? error.message : String(error), hint: null };
}

function ignoreExisting(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
}
