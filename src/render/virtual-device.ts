// What a virtual device did in the boots of a run, and what that takes from the run: one text for all renderers.
import { plural } from '../base/index.js';
import { type Evidence, engineOf, type KernelEvidence } from '../evidence/index.js';

type Activity = NonNullable<KernelEvidence['kernels'][number]['boots'][number]['device']>;

/** Of all boots together; null where no guest had a virtual device. */
export function deviceActivity(evidence: Evidence): (Activity & { readonly boots: number }) | null {
  const boots = (engineOf(evidence, 'kernel')?.kernels ?? []).flatMap((kernel) => kernel.boots);
  const all = boots.flatMap(({ device }) => device ?? []);
  if (all.length === 0) return null;
  const sum = (key: 'reads' | 'writes' | 'interrupts') => all.reduce((total, one) => total + one[key], 0);
  const held = new Map<string, Activity['held'][number]>();
  for (const one of all.flatMap((activity) => activity.held)) {
    const key = `${one.access} ${one.register}`;
    const before = held.get(key);
    held.set(key, {
      ...one,
      count: one.count + (before?.count ?? 0),
      nanoseconds: one.nanoseconds + (before?.nanoseconds ?? 0),
    });
  }
  const unanswered = new Map<string, number>();
  for (const { register, count } of all.flatMap((activity) => activity.unanswered))
    unanswered.set(register, (unanswered.get(register) ?? 0) + count);
  return {
    unanswered: [...unanswered].map(([register, count]) => ({ register, count })),
    removed: all.some(({ removed }) => removed),
    boots: all.length,
    reads: sum('reads'),
    writes: sum('writes'),
    interrupts: sum('interrupts'),
    held: [...held.values()],
  };
}

/** Amplifiers and faults that took part, a sentence each; none where the device did as a good chip does. */
export function amplifierTexts({ held, unanswered, removed }: Activity): string[] {
  return [
    ...heldTexts(held),
    ...unanswered.map(
      ({ register, count }) =>
        `Fault on purpose: the virtual device did not answer ${plural(count, 'read')} of ${register}, which gave all ones.`,
    ),
    ...(removed ? ['Fault on purpose: the virtual device was removed while the driver had it.'] : []),
  ];
}

function heldTexts(held: Activity['held']): string[] {
  return held.map(({ register, access, count, nanoseconds }) => {
    const each = nanoseconds / count / 1e6;
    const time = `${Number(each.toPrecision(3))} ms`;
    return `Amplified: the virtual device answered ${plural(count, access)} of ${register} late on purpose, by ${time} each, which makes windows wider than the chip does.`;
  });
}

/** What a run with a virtual device does not say; empty for any other. */
export function deviceLimits(evidence: Evidence): string[] {
  const activity = deviceActivity(evidence);
  if (activity === null) return [];
  return [
    'The hardware is virtual: it does what the case describes of it (device.yaml, device.c), in a time that is not the chip’s.',
    ...amplifierTexts(activity),
  ];
}
