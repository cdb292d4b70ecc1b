// What goes wrong because of the races, as the model engine saw it, each with its shortest schedule; what it found out
// about outcomes; the schedules themselves.

import { isOfHarness } from '../judge/index.js';
import { displayName } from '../model/index.js';
import { type RunRecord, type SectionOf, sectionOf } from '../record/index.js';
import type { SideEvidence } from './engine-types.js';
import type {
  HarmCause,
  HarmEvidence,
  HarmKind,
  OutcomeEvidence,
  ScheduleEvidence,
  StepEvidence,
} from './types.js';

type RecordedTest = SectionOf<'model'>['kernels'][number]['tests'][number];
type Kernel = 'base' | 'fixed';

const kinds: Readonly<Record<string, HarmKind>> = {
  'use-after-free': 'use-after-free',
  deadlock: 'deadlock',
};

/** The base's harms first, each in the order in which its test met them. */
export function harmsOfTests(record: RunRecord): HarmEvidence[] {
  return testsOf(record).flatMap(({ test, kernel }) => harmsOfTest(test, kernel));
}

/** Of one test on one kernel. */
function harmsOfTest(test: RecordedTest, kernel: Kernel): HarmEvidence[] {
  const common = {
    says: 'harm',
    test: test.name,
    kernel,
    values: [],
    invariant: null,
    finding: null,
    cause: null,
  } as const;
  return [
    ...test.failures.map(({ text, place, schedule }) => ({
      ...common,
      kind: 'invariant' as const,
      invariant: text,
      cause: causeIn(test, schedule.text),
      places: [place],
      schedule: schedule.text,
    })),
    ...test.conflicts.map(({ kind, places, values, schedule }) => ({
      ...common,
      kind,
      places,
      values: values.map((value) => ({ ...value, serial: [] })),
      schedule: schedule.text,
    })),
    ...outcomeHarm(test, kernel),
    ...test.findings
      .filter((finding) => !isOfHarness(finding))
      .map((finding) => ({
        ...common,
        kind: kinds[finding.kind] ?? ('other' as const),
        finding: { kind: finding.kind, facts: finding.facts, waits: finding.waits },
        places: finding.places,
        schedule: finding.schedule.text,
      })),
  ];
}

/** Of what goes wrong in an interleaving: the first of the conflicts that were seen in it. */
function causeIn({ conflicts }: RecordedTest, schedule: string): HarmCause | null {
  const conflict = conflicts.find((one) => one.schedule.text === schedule);
  if (conflict === undefined) return null;
  return { kind: conflict.kind, variables: [...new Set(conflict.values.map(({ name }) => name))] };
}

function outcomeHarm({ name, outcomes }: RecordedTest, kernel: Kernel): HarmEvidence[] {
  const example = outcomes?.example ?? null;
  if (example === null) return [];
  const values = example.values.map(({ address, variable, value, serial }) => ({
    name: variable === null ? address : displayName(variable),
    value,
    serial,
  }));
  return [
    {
      says: 'harm',
      kind: 'no-serial-order',
      test: name,
      kernel,
      invariant: null,
      finding: null,
      cause: null,
      places: [],
      values,
      schedule: example.schedule.text,
    },
  ];
}

/** One for each test and kernel whose outcomes were compared. */
export function outcomesOfTests(record: RunRecord): OutcomeEvidence[] {
  return testsOf(record).flatMap(({ test: { name, outcomes, complete, interleavings }, kernel }) => {
    if (outcomes === null || outcomes.serial === 0) return [];
    const { serial, others } = outcomes;
    return [
      {
        says: 'outcomes',
        test: name,
        kernel,
        outcomes: serial + others,
        serial,
        others,
        interleavings,
        complete,
      },
    ];
  });
}

/** Each schedule that a race or a harm has, once. */
export function schedulesOfTests(record: RunRecord): ScheduleEvidence[] {
  const schedules = new Map<string, ScheduleEvidence>();
  for (const { test, kernel } of testsOf(record)) {
    const shown = [...test.races, ...test.failures, ...test.findings].map(({ schedule }) => schedule);
    const other = test.conflicts.map(({ schedule }) => schedule);
    const example = test.outcomes?.example?.schedule;
    const quiet = test.example === null ? [] : [test.example];
    for (const schedule of [...shown, ...other, ...(example === undefined ? [] : [example]), ...quiet]) {
      if (schedules.has(schedule.text)) continue;
      const timeline = test.timelines.find(({ text }) => text === schedule.text);
      const steps = timeline?.steps ?? [];
      schedules.set(schedule.text, {
        ...schedule,
        test: test.name,
        kernel,
        columns: columnsOf([...test.sides, ...(timeline?.started ?? [])], steps),
        steps: steps.flatMap(stepOf),
      });
    }
  }
  for (const { test, kernel } of sampledTests(record))
    for (const { schedule: text } of test.races) {
      const steps = test.timelines.find((one) => one.text === text)?.steps ?? [];
      schedules.set(text, {
        text,
        preemptions: null,
        test: test.name,
        kernel,
        columns: columnsOf(test.sides, steps),
        steps: steps.flatMap(stepOf),
      });
    }
  return [...schedules.values()];
}

type RecordedStep = RecordedTest['timelines'][number]['steps'][number];

/** Contexts that no side names are timers and the like that the sides started. */
function columnsOf(sides: readonly SideEvidence[], steps: readonly RecordedStep[]): SideEvidence[] {
  const last = steps.reduce((most, { side }) => Math.max(most, side), sides.length - 1);
  return Array.from(
    { length: last + 1 },
    (_, index) => sides[index] ?? { name: `timer ${index + 1}`, context: 'timer', cpu: index },
  );
}

/** What the test itself does is no part of an interleaving of its sides. */
function stepOf({ side, place, source, event, name, value }: RecordedStep): StepEvidence[] {
  return side < 0 ? [] : [{ column: side, ...place, source, event, name, value }];
}

type SampledTest = SectionOf<'kcsan'>['kernels'][number]['tests'][number];

function sampledTests(record: RunRecord): { test: SampledTest; kernel: Kernel }[] {
  return onKernels(sectionOf(record, 'kcsan')?.kernels ?? []);
}

function testsOf(record: RunRecord): { test: RecordedTest; kernel: Kernel }[] {
  return onKernels(sectionOf(record, 'model')?.kernels ?? []);
}

function onKernels<T>(kernels: readonly { readonly tests: readonly T[] }[]): { test: T; kernel: Kernel }[] {
  return kernels.flatMap(({ tests }, index) =>
    tests.map((test) => ({ test, kernel: index === 0 ? 'base' : 'fixed' })),
  );
}
