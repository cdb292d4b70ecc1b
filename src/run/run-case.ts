// A case, a tree and perhaps a fix, to a verdict and a record of it: what `millrace run` does.
import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { didYouMean, inputError, MillraceError, type Progress } from '../base/index.js';
import { type Case, type CaseFix, checkCaseAgainstTree, type KernelSettings } from '../case/index.js';
import { judge, type Verdict } from '../evidence/index.js';
import {
  findEmulator,
  harnessPath,
  type KernelRun,
  type KernelRunRequest,
  runKernel,
} from '../kernel/index.js';
import { createRun, finishRun, type Run, updateRun } from '../record/index.js';
import type { Tree } from '../tree/index.js';

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
  const { case: theCase, tree, fix, progress, signal } = request;
  const settings = { ...theCase.kernel, ...definedOnly(request.settings) };
  for (const remark of await checkCaseAgainstTree(theCase, tree)) progress.note(remark);
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
    const finished: KernelRun[] = [];
    const timings: { name: string; seconds: number }[] = [];
    const side = async (patch: CaseFix | null): Promise<KernelRun> => {
      const began = performance.now();
      const done = await runKernel({
        ...request,
        fix: patch,
        settings: { ...settings, makeOptions: request.settings.makeOptions ?? [] },
        emulator,
        directory: run.directory,
        onBoot: async (soFar) => {
          run = await updateRun(run, { runs: [...finished, soFar] });
        },
      });
      finished.push(done);
      timings.push({ name: done.name, seconds: (performance.now() - began) / 1000 });
      run = await updateRun(run, { runs: finished, timings });
      return done;
    };
    const base = await side(null);
    let verdict = judge(theCase, base, null);
    if (fix !== null && verdict.kind === 'race shown') verdict = judge(theCase, base, await side(fix));
    else if (fix !== null) progress.note('The base did not show the race, so the fix was not tried.');
    run = await finishRun(run, { status: 'finished', verdict });
    return { run, verdict };
  } catch (error) {
    const interrupted = error instanceof MillraceError && error.kind === 'interrupted';
    await finishRun(run, interrupted ? { status: 'interrupted' } : { status: 'failed', error });
    throw error;
  }
}

/** The fix that `--fix` names: one of the case's, or a patch file. Errors: `input` when it is neither. */
export function findFix(theCase: Case, nameOrFile: string): CaseFix {
  const named = theCase.fixes.find(({ name }) => name === nameOrFile);
  if (named !== undefined) return named;
  const patch = resolve(nameOrFile);
  if (existsSync(patch))
    return { name: basename(patch).replace(/\.(patch|diff)$/, ''), title: basename(patch), patch };
  const names = theCase.fixes.map(({ name }) => name);
  throw inputError(`the case ${theCase.name} has no fix "${nameOrFile}", and there is no such file`, {
    hint: didYouMean(nameOrFile, names) ?? `It has: ${names.join(', ') || 'none'}.`,
  });
}

function definedOnly<T extends object>(values: T): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}
