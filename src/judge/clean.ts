// Whether a fixed side without a report counts as clean: run alike, exercised alike, and for long enough.
import type { KernelRun } from '../kernel/index.js';
import { chanceByBoots, chanceByExposure, chanceLimit, smallest } from './statistics.js';
import { percent } from './text.js';
import type { BootsNeeded, CleanChance, PairCounts, PairEvidence } from './types.js';

/** The fixed side has to reach this share of the base's overlaps, per round and in total. */
export const exerciseShare = 0.5;

/** More boots than anybody would wait for. */
const mostBoots = 1000;

export function cleanChance(base: PairCounts, fixed: PairCounts): CleanChance {
  const byOverlap = chanceByExposure(base.perOverlap.count, base.overlaps, fixed.overlaps);
  const byBoot = chanceByBoots(base.bootsWithHit, base.boots, countedBoots(base, fixed, fixed.boots));
  return { byOverlap, byBoot, weaker: Math.max(byOverlap, byBoot) };
}

/** Boots with this share of the base's overlaps count whole; counts vary a little from boot to boot. */
const wholeBootShare = 0.9;

/** Boots with fewer overlaps than the base's count for less, so that a clean boot that did little proves little. */
function countedBoots(base: PairCounts, fixed: PairCounts, boots: number): number {
  if (fixed.boots === 0 || base.boots === 0 || base.overlaps === 0) return 0;
  const share = fixed.overlaps / fixed.boots / (base.overlaps / base.boots);
  return share >= wholeBootShare ? boots : Math.floor(boots * share);
}

export function bootsNeeded(base: PairCounts, fixed: PairCounts): BootsNeeded {
  if (base.boots === 0 || base.overlaps === 0 || fixed.overlaps === 0)
    return { perKernel: null, fixed: null };
  const perBoot = { base: base.overlaps / base.boots, fixed: fixed.overlaps / fixed.boots };
  const hitShare = base.bootsWithHit / base.boots;
  const enough = (baseBoots: number, hitBoots: number, hits: number, fixedBoots: number) =>
    chanceByBoots(hitBoots, baseBoots, countedBoots(base, fixed, fixedBoots)) < chanceLimit &&
    chanceByExposure(hits, baseBoots * perBoot.base, fixedBoots * perBoot.fixed) < chanceLimit;
  return {
    perKernel: smallest(1, mostBoots, (boots) =>
      enough(
        boots,
        Math.floor(boots * hitShare),
        Math.floor(base.perBoot.count * (boots / base.boots)),
        boots,
      ),
    ),
    fixed: smallest(Math.max(1, fixed.boots), mostBoots, (boots) =>
      enough(base.boots, base.bootsWithHit, base.perBoot.count, boots),
    ),
  };
}

/** What keeps `pair` from being judged clean, a sentence each. */
export function lackingOf(pair: PairEvidence, notRun: ReadonlySet<string>): string[] {
  const { base, fixed, chance, needed, functions } = pair;
  const name = functions.join(' / ');
  if (fixed === null || chance === null) return [];
  if (base.hits > 0 && base.perBoot.count === 0) {
    return [
      `all reports of ${name} are from boots that did not complete, so there is no rate to compare with`,
    ];
  }
  const missing = pair.tests.filter((test) => notRun.has(test));
  if (missing.length > 0) return [`the fixed kernel did not run ${missing.join(', ')}`];
  if (base.overlaps === 0) {
    return [
      `the harness counted no overlapping rounds for ${name}, so nothing says that the fix was put to the test`,
    ];
  }
  const perRound = {
    base: base.overlaps / base.rounds,
    fixed: fixed.rounds === 0 ? 0 : fixed.overlaps / fixed.rounds,
  };
  if (perRound.fixed < exerciseShare * perRound.base) {
    return [
      `with the fix the sides of ${name} overlapped in ${percent(perRound.fixed)} of the rounds against ${percent(perRound.base)} on the base, so the window was not exercised alike`,
    ];
  }
  if (fixed.overlaps < exerciseShare * base.overlaps) {
    return [
      `with the fix the sides of ${name} overlapped ${fixed.overlaps} times against ${base.overlaps} on the base`,
    ];
  }
  if (chance.weaker < chanceLimit) return [];
  const boots =
    needed?.perKernel == null
      ? `not even ${mostBoots} boots a side would do`
      : `${needed.perKernel} boots a side would do (--boots ${needed.perKernel}), ${base.boots} and ${fixed.boots} completed`;
  return [
    `too few boots to tell for ${name}: the chance of a clean fixed side with nothing changed is ${percent(chance.weaker)}; ${boots}`,
  ];
}

/** Differences between the two runs besides the fix, a sentence each. */
export function unlike(base: KernelRun, fixed: KernelRun): string[] {
  const facts: [string, string, string][] = [
    ['kernel release', base.release, fixed.release],
    ['toolchain', base.toolchain, fixed.toolchain],
    ['QEMU', base.qemu, fixed.qemu],
    ['accelerator', base.accelerator, fixed.accelerator],
  ];
  const [before, after] = [new Map(base.settings), new Map(fixed.settings)];
  for (const symbol of new Set([...before.keys(), ...after.keys()])) {
    facts.push([symbol, before.get(symbol) ?? 'not set', after.get(symbol) ?? 'not set']);
  }
  return facts
    .filter(([, one, other]) => one !== other)
    .map(([what, one, other]) => `the two sides differ in ${what}: ${one} against ${other}`);
}
