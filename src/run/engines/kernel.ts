// The kernel engine: a real kernel with the case built in, booted under QEMU.

import { dirname, join } from 'node:path';
import type { KernelSettings } from '../../case/index.js';
import { judgeKernel } from '../../judge/index.js';
import {
  caseFiles,
  type DescribedDevice,
  type Emulator,
  findEmulator,
  type KernelRun,
  type KernelRunRequest,
  requireProxyDevice,
  runKernel,
} from '../../kernel/index.js';
import { copyInto, type KernelSection, type RecordedSettings } from '../../record/index.js';
import { runStatementText } from '../../words/index.js';
import { readyDevice } from './device.js';
import type { Engine, EngineRequest } from './engine.js';
import { fieldsAtLines } from './fields.js';

export interface KernelEngineOptions
  extends Partial<Pick<KernelRunRequest, 'instrument' | 'lockdep' | 'jobs' | 'cacheDirectory'>> {
  /** What the user changed of the case's own settings; `makeOptions` come behind the case's. */
  readonly settings?: Partial<KernelSettings>;
  /** QEMU by name or path. */
  readonly qemu?: string;
}

/** The fixed kernel gets at most this many times the boots that were asked for. */
const mostBootsFactor = 3;

export function kernelEngine(
  request: EngineRequest,
  asked: KernelEngineOptions,
): Engine<KernelRun, KernelSection> {
  const { case: theCase, tree, fix, progress, signal } = request;
  const { instrument = 'case', lockdep = false, qemu, jobs, cacheDirectory } = asked;
  const changed = definedOnly(asked.settings ?? {});
  const settings: RecordedSettings = {
    instrument,
    lockdep,
    ...theCase.kernel,
    ...changed,
    makeOptions: [...theCase.kernel.makeOptions, ...(changed.makeOptions ?? [])],
  };
  const section = { engine: 'kernel', settings } as const;
  let device: DescribedDevice | null = null;
  let found: Emulator | null = null;
  const emulatorOf = async (): Promise<Emulator> => {
    if (found !== null) return found;
    found = await findEmulator(qemu, signal);
    if (found.accelerator.reason !== null) progress.note(found.accelerator.reason);
    return found;
  };
  let finished: readonly KernelRun[] = [];
  const others = (than: KernelRun) => finished.filter(({ name }) => name !== than.name);
  const unjudged = (kernels: readonly KernelRun[]): KernelSection => ({
    ...section,
    kernels,
    fields: [],
    verdict: null,
  });
  return {
    name: 'kernel',
    unjudged,
    // Told before the base has been built and booted.
    check: async () => {
      device = await readyDevice(theCase, signal);
      if (device !== null) await requireProxyDevice((await emulatorOf()).program, signal);
      if (fix !== null) await caseFiles(theCase, tree, fix.patch);
    },
    run: async (patch, recording, earlier) => {
      const boots =
        earlier === undefined ? settings.boots : earlier.boots.length + Math.ceil(settings.boots / 2);
      const done = await runKernel({
        ...request,
        instrument,
        lockdep,
        ...(jobs === undefined ? {} : { jobs }),
        ...(cacheDirectory === undefined ? {} : { cacheDirectory }),
        fix: patch,
        settings: { ...theCase.kernel, ...changed, boots, makeOptions: changed.makeOptions ?? [] },
        earlier: earlier?.boots ?? [],
        emulator: await emulatorOf(),
        ...(device === null ? {} : { device }),
        directory: recording.directory,
        onBoot: (soFar) => recording.update({ engine: unjudged([...others(soFar), soFar]) }),
      });
      const config = await keepConfiguration(done, recording.directory);
      const kept = { ...done, build: { ...done.build, config } };
      finished = [...others(done), kept];
      return kept;
    },
    judge: async (base, fixed) => {
      const kernels = fixed === null ? [base] : [base, fixed];
      const fields = await fieldsAtLines({ case: theCase, tree, fix, kernels });
      return { ...section, kernels, fields, verdict: judgeKernel(theCase, base, fixed, fields) };
    },
    skipsFix: ({ verdict }) =>
      verdict?.kind === 'shown' ? null : 'The base did not show the race, so the fix was not tried.',
    // A fixed kernel may go through the window less often in the same time: more boots, not a weaker claim.
    wantsMore: ({ verdict }, fixed) =>
      verdict === null ||
      !isShortOfBoots(verdict, fixed) ||
      fixed.boots.length >= mostBootsFactor * settings.boots
        ? null
        : `Not enough yet: ${verdict.lacking.map(runStatementText).join('; ')}.`,
    // Each boot of a kernel has its number for a seed (millrace.seed), so that base and fix have the same ones.
    seeds: (kernels) => ({ boots: `1 to ${Math.max(...kernels.map(({ boots }) => boots.length))}` }),
    reports: ({ boots }) => boots.flatMap(({ reports }) => reports),
  };
}

/** Nothing speaks against the fix but that it ran too little. */
function isShortOfBoots({ kind, pairs }: NonNullable<KernelSection['verdict']>, fixed: KernelRun): boolean {
  return (
    kind === 'inconclusive' &&
    fixed.boots.every(({ outcome }) => outcome === 'completed') &&
    pairs.some(({ needed }) => needed !== null) &&
    pairs.every(({ needed }) => needed === null || needed.fixed !== null)
  );
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

function definedOnly<T extends object>(values: T): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}
