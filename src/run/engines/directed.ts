// Directed rounds on the kernel engine: a schedule of the model's, played turn by turn on a real kernel with points in
// its sources (docs/directed.md).
import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { inputError } from '../../base/index.js';
import type { CaseFix, KernelSettings } from '../../case/index.js';
import { type DirectedRun, type DirectedTest, judgeDirected } from '../../judge/index.js';
import {
  type DirectedCounts,
  type Directions,
  directedFiles,
  type Emulator,
  findEmulator,
  type KernelRun,
  parseDirectedCounts,
  roundOfReports,
  runKernel,
  waitingSides,
} from '../../kernel/index.js';
import { defaultModelOptions, type PlayedTurns, playModel } from '../../model/index.js';
import type { DirectedSection, RecordedSettings } from '../../record/index.js';
import type { RaceReport } from '../../report/index.js';
import { automaticSchedules, type ChosenSchedule, givenSchedule } from '../directed/choose.js';
import { caseTexts, directionsOf, type PlacedTest, placedInFix, placedTests } from '../directed/place.js';
import type { Engine, EngineRequest } from './engine.js';
import type { KernelEngineOptions } from './kernel.js';

export interface DirectedEngineOptions extends KernelEngineOptions {
  /** `auto`: for each test, the finding's schedule with the fewest preemptions. Else a schedule of the base. */
  readonly schedule: string;
  /** The native clang, or the one that comes along, for the model machine. */
  readonly compiler?: 'native' | 'packaged' | undefined;
}

/** A boot plays a hundred rounds of each test; where nothing is left to chance, a second one shows no more. */
const defaultBoots = 1;

export function directedEngine(
  request: EngineRequest,
  asked: DirectedEngineOptions,
): Engine<DirectedRun, DirectedSection> {
  const { case: theCase, tree, fix, progress, signal } = request;
  const { schedule, instrument = 'case', lockdep = false, qemu, jobs, cacheDirectory, compiler } = asked;
  const changed = Object.fromEntries(
    Object.entries(asked.settings ?? {}).filter(([, value]) => value !== undefined),
  ) as Partial<KernelSettings>;
  const own = { ...theCase.kernel, boots: defaultBoots, ...changed };
  const settings: RecordedSettings = {
    instrument,
    lockdep,
    ...own,
    makeOptions: [...theCase.kernel.makeOptions, ...(changed.makeOptions ?? [])],
  };
  let chosen: readonly ChosenSchedule[] | null = null;
  let emulator: Emulator | null = null;
  let finished: readonly DirectedRun[] = [];

  const choose = async (): Promise<readonly ChosenSchedule[]> => {
    if (chosen !== null) return chosen;
    const { find } = await caseTexts(theCase, tree, null);
    const wanted = { case: theCase, tree, fix: null, compiler, progress, signal, find };
    chosen = schedule === 'auto' ? await automaticSchedules(wanted) : [await givenSchedule(wanted, schedule)];
    return chosen;
  };
  const emulatorOf = async (): Promise<Emulator> => {
    if (emulator !== null) return emulator;
    emulator = await findEmulator(qemu, signal);
    if (emulator.accelerator.reason !== null) progress.note(emulator.accelerator.reason);
    return emulator;
  };
  /** What is played on a kernel, and what the model machine says of it there. */
  const place = async (patch: CaseFix | null) => {
    const schedules = await choose();
    const base = await caseTexts(theCase, tree, null);
    const onBase = placedTests(theCase, schedules);
    if (patch === null) return { tests: onBase, models: schedules.map(({ model: { play } }) => play) };
    const fixed = await caseTexts(theCase, tree, patch.patch);
    const tests = placedInFix(onBase, base, fixed, patch);
    const models: PlayedTurns[] = [];
    for (const { test, turns } of tests) {
      const options = defaultModelOptions;
      const { find } = fixed;
      models.push(
        await playModel({
          case: theCase,
          tree,
          fix: patch,
          compiler,
          progress,
          signal,
          find,
          options,
          test,
          turns,
        }),
      );
    }
    return { tests, models };
  };
  const unjudged = (kernels: readonly DirectedRun[]): DirectedSection => ({
    engine: 'directed',
    schedule,
    settings,
    kernels,
    verdict: null,
  });

  return {
    name: 'directed',
    unjudged,
    // Told before anything is built: a schedule that cannot be played, a fix that leaves no place for a point.
    check: async () => {
      if (theCase.device !== undefined)
        throw inputError('--directed plays a schedule of KUnit tests, and the case has virtual hardware', {
          hint: 'Leave --directed out, or take a case with a harness.',
        });
      const { tests } = await place(fix);
      await directedFiles(theCase, tree, fix?.patch ?? null, directionsOf(theCase, tests));
    },
    run: async (patch, recording, earlier) => {
      const { tests, models } = await place(patch);
      const directions = directionsOf(theCase, tests);
      const { diff, sourceLine } = await directedFiles(theCase, tree, patch?.patch ?? null, directions);
      const describe = async (kernel: KernelRun): Promise<DirectedRun> =>
        described(kernel, {
          directions,
          diff,
          sourceLine,
          directory: recording.directory,
          schedules: await choose(),
          tests,
          models,
        });
      const others = (than: string) => finished.filter(({ name }) => name !== than);
      const done = await runKernel({
        ...request,
        instrument,
        lockdep,
        ...(jobs === undefined ? {} : { jobs }),
        ...(cacheDirectory === undefined ? {} : { cacheDirectory }),
        fix: patch,
        settings: { ...own, makeOptions: changed.makeOptions ?? [] },
        earlier: earlier?.boots ?? [],
        emulator: await emulatorOf(),
        directory: recording.directory,
        directions,
        // KASAN tells of one report a boot, where it is not asked for all.
        parameters: ['kasan_multi_shot'],
        stem: 'directed-',
        onBoot: async (soFar) =>
          recording.update({ engine: unjudged([...others(soFar.name), await describe(soFar)]) }),
      });
      const kept = await describe(done);
      finished = [...others(kept.name), kept];
      return kept;
    },
    judge: async (base, fixed) => ({
      ...unjudged(fixed === null ? [base] : [base, fixed]),
      verdict: judgeDirected(theCase, base, fixed),
    }),
    skipsFix: ({ verdict }) =>
      verdict?.kind === 'shown' ? null : 'The base did not show it, so the fix was not tried.',
    seeds: () => ({}),
    reports: ({ boots }) => boots.flatMap(({ reports }) => reports),
  };
}

interface Described {
  readonly directions: Directions;
  readonly diff: string;
  readonly sourceLine: (file: string, line: number) => number;
  readonly directory: string;
  readonly schedules: readonly ChosenSchedule[];
  readonly tests: readonly PlacedTest[];
  readonly models: readonly PlayedTurns[];
}

/** With the lines of the sources as they are without points, and what the consoles say of each test. */
async function described(kernel: KernelRun, facts: Described): Promise<DirectedRun> {
  const { directions, diff, sourceLine, directory, schedules, models } = facts;
  const consoles = await Promise.all(
    kernel.boots.map(({ console }) =>
      readFile(isAbsolute(console) ? console : join(directory, console), 'utf8').catch(() => ''),
    ),
  );
  const lines = kernel.boots.map(({ tests }) => tests.flatMap(({ diagnostics }) => diagnostics));
  const tests = directions.plans.map((plan, index): DirectedTest => {
    const { schedule, preemptions, model } = schedules[index] as ChosenSchedule;
    const early = consoles.map((text) => roundOfReports(text, isReportTitle).get(plan.test));
    return {
      ...plan,
      schedule,
      preemptions,
      sides: model.sides.map(({ name }) => name),
      model: models[index] as PlayedTurns,
      counts: addedUp(lines.flatMap((own) => countsIn(own, plan.test))),
      early: early.find((one) => one !== undefined) ?? null,
      waits: consoles.flatMap(waitingSides).find(({ test }) => test === plan.test) ?? null,
    };
  });
  return {
    ...kernel,
    boots: kernel.boots.map((boot) => ({
      ...boot,
      reports: boot.reports.map((one) => inSource(one, sourceLine)),
    })),
    points: directions.points,
    diff,
    tests,
  };
}

const isReportTitle = (line: string) =>
  /BUG: K[CA]SAN: |WARNING: possible |BUG: sleeping function /.test(line);

function countsIn(diagnostics: readonly string[], test: string): DirectedCounts[] {
  return diagnostics.flatMap((line) => {
    const counts = parseDirectedCounts(line);
    return counts === null || counts === 'damaged' || counts.test !== test ? [] : [counts];
  });
}

/** Of several boots; null for none. */
function addedUp(counts: readonly DirectedCounts[]): DirectedCounts | null {
  const [first, ...others] = counts;
  if (first === undefined) return null;
  return others.reduce(
    (sum, one) => ({
      test: sum.test,
      rounds: sum.rounds + one.rounds,
      played: sum.played + one.played,
      harmed: sum.harmed + one.harmed,
      late: sum.late + one.late,
      strayed: sum.strayed + one.strayed,
      absent: sum.absent + one.absent,
      lateTurn: sum.late > 0 ? sum.lateTurn : one.lateTurn,
      meetings: sum.meetings + one.meetings,
      met: sum.met + one.met,
    }),
    first,
  );
}

function inSource(report: RaceReport, sourceLine: Described['sourceLine']): RaceReport {
  return {
    ...report,
    accesses: report.accesses.map((access) => ({
      ...access,
      stack: access.stack.map((frame) =>
        frame.file === null || frame.line === null
          ? frame
          : { ...frame, line: sourceLine(frame.file, frame.line) },
      ),
    })),
  };
}
