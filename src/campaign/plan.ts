// A campaign's matrix: every case with every tree, engine, configuration, fix and number of boots, and the job of each.
import { readFile } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { InputErrors, inputError, MillraceError, type Progress } from '../base/index.js';
import { type Case, type CaseFix, findCase, loadCase } from '../case/index.js';
import { findFix } from '../run/index.js';
import { openTree, type Tree } from '../tree/index.js';
import { canonical, folderDigest, programDigest, sha256 } from './digest.js';
import { type Job, jobOptions, keyed, toolchainOf } from './job.js';
import { type LoadedCampaign, unusable } from './load.js';
import type { Configuration } from './schema.js';

/** One place of the matrix. */
export interface Cell {
  readonly case: string;
  /** As the file names it. */
  readonly tree: string;
  readonly engine: Job['engine'];
  readonly configuration: string;
  /** Null for the base alone. */
  readonly fix: string | null;
  /** Of the kernel engine, where the file says how many. */
  readonly boots: number | null;
  /** Of its job; cells of equal content have one. Null where there can be none. */
  readonly key: string | null;
  /** Why there is no job: the tree cannot be had. */
  readonly problem: string | null;
}

export interface Plan {
  /** Of its cells and jobs: a plan of another content is another campaign. */
  readonly id: string;
  readonly title: string;
  readonly attempts: number;
  /** In the order of the file. */
  readonly cells: readonly Cell[];
  /** Each once. */
  readonly jobs: readonly Job[];
}

interface PlannedTree {
  readonly name: string;
  readonly tree: Tree | null;
  readonly problem: string | null;
}

export interface PlanOptions {
  /** Of this program. */
  readonly version: string;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Loads the cases, opens the trees, and makes the jobs. A tree that cannot be had leaves its cells without a job.
 * Errors: `input`, all at once, with lines; `environment` without a compiler; `interrupted`.
 */
export async function planCampaign(campaign: LoadedCampaign, options: PlanOptions): Promise<Plan> {
  const { file } = campaign;
  const cases = await loadCases(campaign);
  const fixesOf = await chooseFixes(campaign, cases);
  const trees = await openTrees(campaign, options);
  const program = await programDigest();
  const digests = new Map<string, string>();
  for (const { directory } of cases) digests.set(directory, await folderDigest(directory));
  const tools = new Map<string, string>();
  const toolchain = async (job: Pick<Job, 'engine' | 'options' | 'compiler'>, theCase: Case) => {
    const asked = [
      ...theCase.kernel.makeOptions,
      ...((job.options.makeOptions as string[] | undefined) ?? []),
    ];
    const name = canonical([
      job.engine === 'kernel',
      job.compiler ?? null,
      job.engine === 'kernel' ? asked : [],
    ]);
    const known = tools.get(name) ?? (await toolchainOf(job, theCase, options.signal));
    tools.set(name, known);
    return known;
  };
  const jobs = new Map<string, Job>();
  const cells: Cell[] = [];
  for (const theCase of cases)
    for (const fix of fixesOf(theCase))
      for (const configuration of file.configurations)
        for (const engine of file.engines)
          for (const boots of engine === 'kernel' ? (file.boots ?? [null]) : [null])
            for (const { name, tree, problem } of trees) {
              const place = {
                case: theCase.name,
                tree: name,
                engine,
                configuration: configuration.name,
                fix: fix?.name ?? null,
                boots,
              };
              if (tree === null) {
                cells.push({ ...place, key: null, problem });
                continue;
              }
              const settings = settingsOf(engine, configuration, boots);
              const job = keyed({
                millrace: options.version,
                program,
                case: {
                  name: theCase.name,
                  folder: theCase.directory,
                  digest: digests.get(theCase.directory) ?? '',
                },
                tree: {
                  // A path of another working directory would be another tree.
                  spec: tree.spec.startsWith('debian:') ? tree.spec : tree.path,
                  version: tree.version,
                  identity: tree.identity,
                },
                fix: fix === null ? null : { ...fix, digest: sha256(await readFile(fix.patch)) },
                engine,
                ...settings,
                toolchain: await toolchain({ engine, ...settings }, theCase),
              });
              jobs.set(job.key, jobs.get(job.key) ?? job);
              cells.push({ ...place, key: job.key, problem: null });
            }
  return {
    id: sha256(canonical(cells)).slice(0, 16),
    title: file.title,
    attempts: file.attempts,
    cells,
    jobs: [...jobs.values()],
  };
}

function settingsOf(
  engine: Job['engine'],
  configuration: Configuration,
  boots: number | null,
): Pick<Job, 'options' | 'compiler'> {
  const { compiler, ...given } = (configuration[engine] ?? {}) as { compiler?: Job['compiler'] };
  const options = jobOptions(engine, { ...given, ...(boots === null ? {} : { boots }) });
  return compiler === undefined ? { options } : { options, compiler };
}

async function loadCases({ path, folder, file, at }: LoadedCampaign): Promise<Case[]> {
  const cases: Case[] = [];
  const problems: MillraceError[] = [];
  for (const [index, name] of file.cases.entries()) {
    try {
      cases.push(await loadCase(await findCase(await inFolder(folder, name))));
    } catch (error) {
      if (!(error instanceof MillraceError) || error.kind !== 'input') throw error;
      problems.push(
        ...(error instanceof InputErrors
          ? [at(['cases', index], error), ...error.problems]
          : [at(['cases', index], error)]),
      );
    }
    const last = cases.at(-1);
    if (cases.some((one) => one !== last && one.name === last?.name))
      problems.push(
        at(
          ['cases', index],
          inputError(`there is a case called ${last?.name} already`, { hint: 'Rename one of the folders.' }),
        ),
      );
  }
  if (problems.length > 0) throw unusable(path, problems);
  return cases;
}

/** A case by its path from the file's folder where there is one, else by the name of a bundled one. */
async function inFolder(folder: string, name: string): Promise<string> {
  if (isAbsolute(name)) return name;
  const path = resolve(folder, name);
  return await findCase(path).then(
    () => path,
    () => (/[./]/.test(name) ? path : name),
  );
}

async function chooseFixes(
  { path, folder, file, at }: LoadedCampaign,
  cases: readonly Case[],
): Promise<(theCase: Case) => readonly (CaseFix | null)[]> {
  const { fixes } = file;
  if (fixes === 'all') return (theCase) => (theCase.fixes.length === 0 ? [null] : theCase.fixes);
  const problems: MillraceError[] = [];
  const chosen = fixes.map((name, index): ((theCase: Case) => CaseFix | null | undefined) => {
    if (name === 'none') return () => null;
    const owners = cases.filter((theCase) => theCase.fixes.some((fix) => fix.name === name));
    if (owners.length > 0) return (theCase) => theCase.fixes.find((fix) => fix.name === name);
    try {
      const [first] = cases;
      const patch = first === undefined ? null : findFix(first, resolve(folder, name));
      return () => patch;
    } catch (error) {
      if (!(error instanceof MillraceError)) throw error;
      const known = [...new Set(cases.flatMap((theCase) => theCase.fixes.map((fix) => fix.name)))];
      problems.push(
        at(
          ['fixes', index],
          inputError(`no case has a fix "${name}", and there is no such file`, {
            hint: `There are: none${known.map((one) => `, ${one}`).join('')}.`,
          }),
        ),
      );
      return () => undefined;
    }
  });
  const without = cases.filter((theCase) => chosen.every((choose) => choose(theCase) === undefined));
  for (const theCase of problems.length > 0 ? [] : without)
    problems.push(
      at(
        ['fixes'],
        inputError(`${theCase.name} has none of these fixes, so that it would not run at all`, {
          hint: 'Add "none", or leave the case out.',
        }),
      ),
    );
  if (problems.length > 0) throw unusable(path, problems);
  return (theCase) => chosen.map((choose) => choose(theCase)).filter((fix) => fix !== undefined);
}

async function openTrees(
  { folder, file }: LoadedCampaign,
  { progress, signal }: PlanOptions,
): Promise<PlannedTree[]> {
  const trees: PlannedTree[] = [];
  for (const name of file.trees) {
    const spec = /^\d+\.\d+(\.\d+)?$/.test(name) ? `debian:${name}` : name;
    try {
      const tree = await openTree(spec.startsWith('debian:') ? spec : resolve(folder, spec), {
        signal,
        progress,
      });
      trees.push({ name, tree, problem: null });
    } catch (error) {
      if (!(error instanceof MillraceError) || error.kind === 'interrupted') throw error;
      trees.push({ name, tree: null, problem: error.message });
    }
  }
  return trees;
}
