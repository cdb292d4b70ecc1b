// A case, a tree and perhaps a fix, to a verdict and a record of it: what `millrace run` does.
import { statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { didYouMean, inputError } from '../base/index.js';
import type { Case, CaseFix, KernelSettings } from '../case/index.js';
import { judge, type Verdict } from '../judge/index.js';
import {
  type BootRecord,
  caseFiles,
  findEmulator,
  harnessPath,
  type KernelRun,
  type KernelRunRequest,
  runKernel,
} from '../kernel/index.js';
import { copyInto, type RecordedSettings, type Run } from '../record/index.js';
import { fieldsAtLines } from './fields.js';
import { commitToFix } from './fixes.js';
import { type Recording, recorded } from './recorded.js';
import { beginRun, type RunBasics } from './start.js';

export interface RunCaseRequest
  extends RunBasics,
    Pick<KernelRunRequest, 'instrument' | 'lockdep' | 'jobs' | 'cacheDirectory'> {
  /** What the user changed of the case's own settings; `makeOptions` come behind the case's. */
  readonly settings: Partial<KernelSettings>;
  /** QEMU by name or path. */
  readonly qemu?: string;
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
export async function runCase(asked: RunCaseRequest): Promise<RunCaseResult> {
  const { request, start } = await beginRun(asked, (theCase) => ({
    engine: 'kernel',
    harnessPath: harnessPath(theCase),
    settings: settingsInForce(asked),
  }));
  const { case: theCase, tree, fix } = request;
  // Told now, not when the base has been built and booted.
  if (fix !== null) await caseFiles(theCase, tree, fix.patch);
  const { run, result } = await recorded(request, start, async (recording) => ({
    kernelVerdict: await bootSides(request, recording),
  }));
  return { run, verdict: result.kernelVerdict };
}

/** The case's settings with what the user changed. */
export function settingsInForce({
  case: { kernel },
  settings,
  instrument,
  lockdep,
}: RunCaseRequest): RecordedSettings {
  return {
    instrument,
    lockdep,
    ...kernel,
    ...definedOnly(settings),
    makeOptions: [...kernel.makeOptions, ...(settings.makeOptions ?? [])],
  };
}

/** The kernel engine's part of a run: `request.case` has the tests that a filter left. */
export async function bootSides(
  request: Omit<RunCaseRequest, 'workingDirectory' | 'version' | 'command'>,
  recording: Recording,
): Promise<Verdict> {
  const { case: theCase, tree, fix, progress, signal } = request;
  const settings = { ...theCase.kernel, ...definedOnly(request.settings) };
  const emulator = await findEmulator(request.qemu, signal);
  if (emulator.accelerator.reason !== null) progress.note(emulator.accelerator.reason);
  let finished: readonly KernelRun[] = [];
  const others = (than: KernelRun) => finished.filter(({ name }) => name !== than.name);
  const side = async (
    patch: CaseFix | null,
    earlier: readonly BootRecord[],
    boots: number,
  ): Promise<KernelRun> => {
    const began = performance.now();
    const done = await runKernel({
      ...request,
      fix: patch,
      settings: { ...settings, boots, makeOptions: request.settings.makeOptions ?? [] },
      earlier,
      emulator,
      directory: recording.directory,
      onBoot: (soFar) => recording.update({ runs: [...others(soFar), soFar] }),
    });
    const config = await keepConfiguration(done, recording.directory);
    finished = [...others(done), { ...done, build: { ...done.build, config } }];
    await recording.update({ runs: finished });
    await recording.timed(`kernel ${done.name}`, began);
    return done;
  };
  const fieldsOf = (fixed: KernelRun | null) =>
    fieldsAtLines({ case: theCase, tree, fix, sides: fixed === null ? [base] : [base, fixed] });
  const base = await side(null, [], settings.boots);
  let fields = await fieldsOf(null);
  let verdict = judge(theCase, base, null, fields);
  if (fix !== null && verdict.kind !== 'race shown')
    progress.note('The base did not show the race, so the fix was not tried.');
  else if (fix !== null) {
    let fixed = await side(fix, [], settings.boots);
    fields = await fieldsOf(fixed);
    verdict = judge(theCase, base, fixed, fields);
    // A fixed kernel may go through the window less often in the same time: more boots, not a weaker claim.
    while (wantsMoreBoots(verdict, fixed) && fixed.boots.length < mostBootsFactor * settings.boots) {
      progress.note(`Not enough yet: ${verdict.lacking.join('; ')}.`);
      fixed = await side(fix, fixed.boots, fixed.boots.length + Math.ceil(settings.boots / 2));
      fields = await fieldsOf(fixed);
      verdict = judge(theCase, base, fixed, fields);
    }
  }
  const reports = base.boots.flatMap((boot) => boot.reports);
  await recording.update({
    // Each boot of a side has its number for a seed (millrace.seed), so that both sides have the same ones.
    seeds: { boots: `1 to ${Math.max(...finished.map(({ boots }) => boots.length))}` },
    fields,
    fixes: await commitToFix({ ...request, reports, sources: theCase.sources }),
  });
  return verdict;
}

/** The .config that the image was built with: a path inside `directory`; null when it is gone. */
async function keepConfiguration({ name, build }: KernelRun, directory: string): Promise<string | null> {
  const path = `${name}/config`;
  try {
    return (await copyInto(directory, join(dirname(build.image), 'config'), path)).path;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return path;
    if (code === 'ENOENT') return null;
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
