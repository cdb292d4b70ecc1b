// What goes wrong because of the races, as the model engine saw it, each with its shortest schedule.
import type { RunRecord } from '../record/index.js';
import type { HarmEvidence, HarmKind, ScheduleEvidence } from './evidence-types.js';

const kinds: Readonly<Record<string, HarmKind>> = {
  'use-after-free': 'use-after-free',
  deadlock: 'deadlock',
};

/** The base's harms first, each in the order in which its test met them. */
export function harmsOfTests({ model }: RunRecord): HarmEvidence[] {
  return (model?.runs ?? []).flatMap(({ tests }, index) =>
    tests.flatMap(({ name: test, failures, findings }): HarmEvidence[] => {
      const common = { test, side: index === 0 ? ('base' as const) : ('fixed' as const), values: [] };
      return [
        ...failures.map(({ text, place, schedule }) => ({
          ...common,
          kind: 'invariant' as const,
          text: `does not hold: ${text}`,
          places: [place],
          schedule: schedule.text,
        })),
        ...findings.map(({ kind, message, places, schedule }) => ({
          ...common,
          kind: kinds[kind] ?? ('other' as const),
          text: `${kind}: ${message}`,
          places,
          schedule: schedule.text,
        })),
      ];
    }),
  );
}

/** Each schedule that a race or a harm has, once. */
export function schedulesOfTests({ model }: RunRecord): ScheduleEvidence[] {
  const schedules = new Map<string, ScheduleEvidence>();
  for (const [index, { tests }] of (model?.runs ?? []).entries()) {
    for (const { name: test, sides, races, failures, findings } of tests) {
      for (const { schedule } of [...races, ...failures, ...findings]) {
        if (schedules.has(schedule.text)) continue;
        schedules.set(schedule.text, {
          ...schedule,
          test,
          side: index === 0 ? 'base' : 'fixed',
          columns: sides,
          steps: [],
        });
      }
    }
  }
  return [...schedules.values()];
}
