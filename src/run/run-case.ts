// A case, a tree and perhaps a fix, to a verdict and a record of it: what `millrace run` does.
import { statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { didYouMean, inputError, MillraceError, type Progress } from '../base/index.js';
import { type Case, type CaseFix, checkCaseAgainstTree, type KernelSettings } from '../case/index.js';
import { judge, type Verdict } from '../evidence/index.js';
import {
  type BootRecord,
  caseFiles,
  findEmulator,
  harnessPath,
  type KernelRun,
  type KernelRunRequest,
  runKernel,
} from '../kernel/index.js';
import { createRun, finishRun, type Run, updateRun } from '../record/index.js';
import type { Tree } from '../tree/index.js';
import { filterTests } from './filter.js';
import { commitToFix } from './fixes.js';

export interface RunCaseRequest
  extends Pick<KernelRunRequest, 'instrument' | 'lockdep' | 'jobs' | 'filter' | 'signal' | 'cacheDirectory'> {
  readonly case: Case;
  readonly tree: Tree;
  readonly fix: CaseFix | null;
  /** What the user changed of the case's own settings; `makeOptions` come behind the case's. */
  readonly settings: Partial<KernelSettings>;
  /** QEMU by name or path. */
  readonly qemu?: string;
  /** Where `.millrace/runs` is made. */
  readonly workingDirectory: string;
  /** Of this program, and as it was called: for the record. */
  readonly version: string;
  readonly command: readonly string[];
  readonly progress: Progress;
}

export interface RunCaseResult {
  readonly run: Run;
  readonly verdict: Verdict;
}

/**
 * Runs a case on the kernel engine: base, then the fix where one is given and the base showed the race.
 * Whatever happens, the record says how far it came.
 * Errors: `input` for a case, tree or fix that do not fit together; `environment`; `interrupted`.
 */
export async function runCase(request: RunCaseRequest): Promise<RunCaseResult> {
  const { tree, fix, filter, progress, signal } = request;
  const theCase = filter === undefined ? request.case : filterTests(request.case, filter);
  const settings = { ...theCase.kernel, ...definedOnly(request.settings) };
  for (const remark of await checkCaseAgainstTree(theCase, tree)) progress.note(remark);
  // Told now, not when the base has been built and booted.
  if (fix !== null) await caseFiles(theCase, tree, fix.patch);
  let run = await createRun(request.workingDirectory, {
    version: request.version,
    command: request.command,
    engine: 'kernel',
    case: theCase,
    harnessPath: harnessPath(theCase),
    tree,
    fix,
    settings: {
      ...settings,
      makeOptions: [...theCase.kernel.makeOptions, ...(request.settings.makeOptions ?? [])],
    },
  });
  try {
    const emulator = await findEmulator(request.qemu, signal);
    if (emulator.accelerator.reason !== null) progress.note(emulator.accelerator.reason);
    let finished: readonly KernelRun[] = [];
    const others = (than: KernelRun) => finished.filter(({ name }) => name !== than.name);
    const timings: { name: string; seconds: number }[] = [];
    const side = async (
      patch: CaseFix | null,
      earlier: readonly BootRecord[],
      boots: number,
    ): Promise<KernelRun> => {
      const began = performance.now();
      const done = await runKernel({
        ...request,
        case: theCase,
        fix: patch,
        settings: { ...settings, boots, makeOptions: request.settings.makeOptions ?? [] },
        earlier,
        emulator,
        directory: run.directory,
        onBoot: async (soFar) => {
          run = await updateRun(run, { runs: [...others(soFar), soFar] });
        },
      });
      finished = [...others(done), done];
      timings.push({ name: done.name, seconds: (performance.now() - began) / 1000 });
      run = await updateRun(run, { runs: finished, timings });
      return done;
    };
    const base = await side(null, [], settings.boots);
    let verdict = judge(theCase, base, null);
    if (fix !== null && verdict.kind !== 'race shown')
      progress.note('The base did not show the race, so the fix was not tried.');
    else if (fix !== null) {
      let fixed = await side(fix, [], settings.boots);
      verdict = judge(theCase, base, fixed);
      // A fixed kernel may go through the window less often in the same time: more boots, not a weaker claim.
      while (wantsMoreBoots(verdict, fixed) && fixed.boots.length < mostBootsFactor * settings.boots) {
        progress.note(`Not enough yet: ${verdict.lacking.join('; ')}.`);
        fixed = await side(fix, fixed.boots, fixed.boots.length + Math.ceil(settings.boots / 2));
        verdict = judge(theCase, base, fixed);
      }
    }
    const reports = base.boots.flatMap((boot) => boot.reports);
    run = await updateRun(run, {
      fixes: await commitToFix({ ...request, reports, sources: theCase.sources }),
    });
    run = await finishRun(run, { status: 'finished', verdict });
    return { run, verdict };
  } catch (error) {
    const interrupted = error instanceof MillraceError && error.kind === 'interrupted';
    await finishRun(run, interrupted ? { status: 'interrupted' } : { status: 'failed', error });
    throw error;
  }
}

/** The fixed kernel gets at most this many times the boots that were asked for. */
const mostBootsFactor = 3;

/** Nothing speaks against the fix but that it ran too little. */
function wantsMoreBoots({ kind, pairs }: Verdict, fixed: KernelRun): boolean {
  return (
    kind === 'inconclusive' &&
    fixed.boots.every(({ outcome }) => outcome === 'completed') &&
    pairs.some(({ needed }) => needed !== null) &&
    pairs.every(({ needed }) => needed === null || needed.fixed !== null)
  );
}

/** The fix that `--fix` names: one of the case's, or a patch file. Errors: `input` when it is neither. */
export function findFix(theCase: Case, nameOrFile: string): CaseFix {
  const named = theCase.fixes.find(({ name }) => name === nameOrFile);
  if (named !== undefined) return named;
  const patch = resolve(nameOrFile);
  if (statSync(patch, { throwIfNoEntry: false })?.isFile()) {
    const stem = basename(patch).replace(/\.(patch|diff)$/, '');
    // The kernel without a fix is called that.
    return { name: stem === 'base' ? basename(patch) : stem, title: basename(patch), patch };
  }
  const names = theCase.fixes.map(({ name }) => name);
  throw inputError(`the case ${theCase.name} has no fix "${nameOrFile}", and there is no such file`, {
    hint: didYouMean(nameOrFile, names) ?? `It has: ${names.join(', ') || 'none'}.`,
  });
}

function definedOnly<T extends object>(values: T): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}
