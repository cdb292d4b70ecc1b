// The verdict on directed rounds: one schedule, played on real kernels turn by turn. It says what that schedule does, and
// nothing of other interleavings; docs/directed.md has the rules in words.
import type { ExpectedKind } from '../case/index.js';
import type {
  DirectedCounts,
  EarlyReports,
  KernelRun,
  MeetingPoint,
  PlannedTurn,
  Point,
  WaitingSide,
} from '../kernel/index.js';
import type { PlayedTurns } from '../model/index.js';
import { countPair, readSide, summarise } from './boots.js';
import { testStandings, troubleCounts } from './kernel-findings.js';
import { expectedPairs, type JudgedCase } from './match.js';
import { outcomeOf } from './outcome.js';
import type { Statement } from './statements.js';
import type { KernelSummary, PairEvidence, TestStandings, TroubleCount, Verdict } from './types.js';

/** One test on one kernel: what was to be played, and what came of it. */
export interface DirectedTest {
  readonly test: string;
  /** For `millrace replay`. */
  readonly schedule: string;
  /** The fewest with which the finding can be had; null for a schedule that was given. */
  readonly preemptions: number | null;
  /** Names of the sides, which turns go by the index of. */
  readonly sides: readonly string[];
  readonly turns: readonly PlannedTurn[];
  /** Where the accesses of a race were brought together for KCSAN; null where they were not. */
  readonly meeting: readonly [MeetingPoint, MeetingPoint] | null;
  /** What the same turns show on the model machine. */
  readonly model: PlayedTurns;
  /** Of all boots; null when none told them whole. */
  readonly counts: DirectedCounts | null;
  /** Reports of the sanitizer that came before the first meeting, and the first round, ended; in the boot that was first. */
  readonly early: EarlyReports | null;
  /** Who was waited for in vain, the first time; null where every turn came. */
  readonly waits: WaitingSide | null;
}

/** A kernel with points in it, built and booted. */
export interface DirectedRun extends KernelRun {
  readonly points: readonly Point[];
  /** The points as a diff against the sources. */
  readonly diff: string;
  readonly tests: readonly DirectedTest[];
}

/** How a test did on both kernels. */
export interface DirectedStanding {
  readonly test: string;
  readonly base: DirectedCounts | null;
  /** Null without a fix. */
  readonly fixed: DirectedCounts | null;
  /** With the fix a side waits in a lock or the like, on the kernel and on the model machine, so that the schedule cannot be played. */
  readonly isPrevented: boolean;
}

export interface DirectedVerdict extends Verdict {
  readonly limits: readonly Statement[];
  readonly standings: readonly DirectedStanding[];
  /** Reports of the pairs that the case expects. */
  readonly pairs: readonly Pick<PairEvidence, 'functions' | 'tests' | 'base' | 'fixed'>[];
  readonly troubles: readonly TroubleCount[];
  readonly tests: readonly TestStandings[];
  readonly base: KernelSummary;
  readonly fixed: KernelSummary | null;
}

/** Of the rounds with the fix, this share has to be accounted for: played, or prevented. */
const accountedShare = 0.9;

export function judgeDirected(
  judged: JudgedCase,
  base: DirectedRun,
  fixed: DirectedRun | null,
): DirectedVerdict {
  const expected = expectedPairs(judged.tests);
  const sides = { base: readSide(base, expected, judged), fixed: fixed && readSide(fixed, expected, judged) };
  const pairs = expected.map((pair, index) => ({
    ...pair,
    base: countPair(sides.base, pair, index),
    fixed: sides.fixed === null ? null : countPair(sides.fixed, pair, index),
  }));
  const standings = base.tests.map((one): DirectedStanding => {
    const same = fixed?.tests.find(({ test }) => test === one.test);
    return { test: one.test, base: one.counts, fixed: same?.counts ?? null, isPrevented: isPrevented(same) };
  });
  const facts = {
    standings,
    pairs,
    troubles: troubleCounts(sides.base, sides.fixed),
    tests: testStandings(sides.base, sides.fixed, judged),
    base: summarise(sides.base),
    fixed: sides.fixed === null ? null : summarise(sides.fixed),
  };
  const told = verdictOf(facts);
  const isExpected = told.kind === 'shown' || told.kind === 'fix-shown';
  return { ...facts, ...told, limits: limitsOf(facts), outcome: outcomeOf(told.kind, isExpected) };
}

type Facts = Pick<DirectedVerdict, 'standings' | 'pairs' | 'troubles' | 'tests' | 'base' | 'fixed'>;

/**
 * On the kernel the late side stands in a lock or the like, and the model says that it waits there, or that the turns
 * do no harm: an item that was cancelled before it began has begun on the kernel, where it stands at its door.
 */
function isPrevented(test: DirectedTest | undefined): boolean {
  if (test === undefined) return false;
  const { model, waits, counts } = test;
  if (waits === null || waits.waitsIn === null || counts === null || counts.late === 0) return false;
  if (model.waits === null) return model.isPlayed && model.shows.length === 0;
  return waits.side === model.waits.side.name && waits.turn === model.waits.turn;
}

function verdictOf(facts: Facts): Omit<Verdict, 'outcome'> {
  const shown = shownOn('base', facts);
  const about = aboutOf(facts);
  const nothing = { about, lacking: [], remaining: [], harms: [] };
  if (shown.length === 0) {
    const lacking = lackingOnBase(facts);
    return { ...nothing, kind: 'inconclusive', reason: { says: 'not-enough', lacking }, lacking };
  }
  const { fixed } = facts;
  if (fixed === null) return { ...nothing, kind: 'shown', reason: { says: 'directed', shown } };
  const withFix = (statements: readonly Statement[]) =>
    ({ says: 'directed-with-fix', shown, fix: fixed.name, statements }) as const;
  const remaining = shownOn('fixed', facts);
  const harms = facts.troubles
    .filter((trouble) => trouble.base === 0 && (trouble.fixed ?? 0) > 0)
    .map(
      ({ kind, title, fixed: count }) => ({ says: 'new-trouble', kind, title, count: count ?? 0 }) as const,
    );
  const lacking: Statement[] = [
    ...facts.standings.flatMap(lackingOfFix),
    ...fixed.incomplete.map((boots) => ({ says: 'ended-early', kernel: 'fixed', boots }) as const),
  ];
  const worse = { about, lacking, remaining, harms };
  if (harms.length > 0) return { ...worse, kind: 'fix-harmful', reason: withFix(harms) };
  if (remaining.length > 0) return { ...worse, kind: 'fix-incomplete', reason: withFix(remaining) };
  if (lacking.length > 0) return { ...worse, kind: 'inconclusive', reason: { says: 'not-enough', lacking } };
  const held = facts.standings.flatMap(({ test, fixed: counts, isPrevented: prevented }): Statement[] => {
    if (counts === null) return [];
    const { rounds, late, played } = counts;
    return [
      ...(prevented ? [{ says: 'prevented', test, late, rounds } as const] : []),
      ...(played > 0 ? [{ says: 'played-without-harm', test, played } as const] : []),
    ];
  });
  return { ...worse, kind: 'fix-shown', reason: withFix(held) };
}

/** What was shown on the base: a race where one was reported, else what the sanitizer or the harness says. */
function aboutOf({ pairs, standings, troubles }: Facts): ExpectedKind[] {
  if (pairs.some(({ base }) => base.hits > 0)) return ['race'];
  const sanitized = troubles
    .filter(({ base }) => base > 0)
    .flatMap(({ kind, title }) => kindOfTrouble(kind, title));
  if (sanitized.length > 0) return [...new Set(sanitized)];
  return standings.some(({ base }) => (base?.harmed ?? 0) > 0) ? ['invariant'] : [];
}

function kindOfTrouble(kind: TroubleCount['kind'], title: string): ExpectedKind[] {
  if (kind === 'kasan')
    return [
      /double-free/.test(title)
        ? 'double-free'
        : /use-after-free/.test(title)
          ? 'use-after-free'
          : 'invalid-access',
    ];
  if (kind === 'lockdep' || kind === 'hung-task') return ['deadlock'];
  if (kind === 'sleeping-in-atomic') return ['sleep-in-atomic'];
  return kind === 'oops' || kind === 'panic' ? ['crash'] : ['warning'];
}

function shownOn(which: 'base' | 'fixed', facts: Facts): Statement[] {
  const { standings, pairs, troubles } = facts;
  const harmed = standings.flatMap(({ test, [which]: counts }): Statement[] =>
    counts === null || counts.harmed === 0
      ? []
      : [{ says: 'harmed', test, harmed: counts.harmed, rounds: counts.rounds }],
  );
  const reported = pairs.flatMap(({ functions, [which]: counts }): Statement[] =>
    counts === null || counts.hits === 0 ? [] : [{ says: 'pair-reported', functions, count: counts.hits }],
  );
  const troubled = troubles.flatMap(({ kind, title, base, fixed }): Statement[] => {
    const count = which === 'base' ? base : (fixed ?? 0);
    // What the fix alone shows is told as its harm.
    return count === 0 || base === 0 ? [] : [{ says: 'trouble', kind, title, count }];
  });
  const inAll = facts[which]?.violations ?? 0;
  const otherwise = inAll - standings.reduce((sum, { [which]: counts }) => sum + (counts?.harmed ?? 0), 0);
  const astray: Statement[] = otherwise > 0 ? [{ says: 'harmed-otherwise', count: otherwise }] : [];
  return [...harmed, ...astray, ...reported, ...troubled];
}

function lackingOnBase({ standings, base }: Facts): Statement[] {
  return [
    ...base.incomplete.map((boots) => ({ says: 'ended-early', kernel: 'base', boots }) as const),
    ...standings.map(({ test, base: counts }): Statement => {
      if (counts === null) return { says: 'no-counts', kernel: 'base', test };
      const { rounds, played, late, strayed, absent } = counts;
      return { says: 'no-harm', test, rounds, played, late, strayed, absent };
    }),
  ];
}

function lackingOfFix({ test, base, fixed, isPrevented: isSeenWaiting }: DirectedStanding): Statement[] {
  if (base === null || fixed === null) return [{ says: 'no-counts', kernel: 'fixed', test }];
  const { rounds, played, late } = fixed;
  const accounted = played + (isSeenWaiting ? late : 0);
  if (rounds > 0 && accounted >= accountedShare * rounds) return [];
  return [{ says: 'unaccounted', test, rounds, accounted, isSeenWaiting: isSeenWaiting || late === 0 }];
}

function limitsOf({ base, fixed }: Facts): Statement[] {
  return [
    { says: 'one-schedule' },
    ...base.incomplete.map((boots) => ({ says: 'ended-early', kernel: 'base', boots }) as const),
    ...(fixed?.incomplete ?? []).map((boots) => ({ says: 'ended-early', kernel: 'fixed', boots }) as const),
  ];
}
