// Whether a fixed side without a report counts as clean: run alike, exercised alike, and for long enough.
import type { KernelRun } from '../kernel/index.js';
import type { Statement } from './statements.js';
import { chanceByBoots, chanceByExposure, chanceLimit, smallest } from './statistics.js';
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

/** What keeps `pair` from being judged clean. */
export function lackingOf(pair: PairEvidence, notRun: ReadonlySet<string>): Statement[] {
  const { base, fixed, chance, needed, functions } = pair;
  if (fixed === null || chance === null) return [];
  if (base.hits > 0 && base.perBoot.count === 0) return [{ says: 'no-rate', functions }];
  const missing = pair.tests.filter((test) => notRun.has(test));
  if (missing.length > 0) return [{ says: 'not-run', kernel: 'fixed', tests: missing }];
  if (base.overlaps === 0) return [{ says: 'never-overlapped', functions, kernel: 'both' }];
  const perRound = {
    base: base.overlaps / base.rounds,
    fixed: fixed.rounds === 0 ? 0 : fixed.overlaps / fixed.rounds,
  };
  if (perRound.fixed < exerciseShare * perRound.base)
    return [{ says: 'overlap-share', functions, ...perRound }];
  if (fixed.overlaps < exerciseShare * base.overlaps)
    return [{ says: 'fewer-overlaps', functions, base: base.overlaps, fixed: fixed.overlaps }];
  if (chance.weaker < chanceLimit) return [];
  return [
    {
      says: 'too-few-boots',
      functions,
      base: base.boots,
      fixed: fixed.boots,
      chance: chance.weaker,
      needed: needed?.perKernel ?? null,
      most: mostBoots,
    },
  ];
}

/** Differences between the two runs besides the fix. */
export function unlike(base: KernelRun, fixed: KernelRun): Statement[] {
  const [before, after] = [new Map(base.settings), new Map(fixed.settings)];
  const differences: (readonly [
    Extract<Statement, { says: 'unlike' }>['what'],
    symbol: string | null,
    base: string | null,
    fixed: string | null,
  ])[] = [
    ['release', null, base.release, fixed.release],
    ['toolchain', null, base.toolchain, fixed.toolchain],
    ['QEMU', null, base.qemu, fixed.qemu],
    ['accelerator', null, base.accelerator, fixed.accelerator],
    ...[...new Set([...before.keys(), ...after.keys()])].map(
      (symbol) => ['setting', symbol, before.get(symbol) ?? null, after.get(symbol) ?? null] as const,
    ),
  ];
  return differences
    .filter(([, , one, other]) => one !== other)
    .map(([what, symbol, one, other]) => ({ says: 'unlike', what, symbol, base: one, fixed: other }));
}
