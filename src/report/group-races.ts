// Reports of one race: the same when their sorted pair of functions is (print_report() sorts the title's pair,
// kernel/kcsan/report.c, v6.12).
import type { Access, Race, RaceReport } from './race-report.js';

/**
 * The functions that a report is about, sorted; one for a race of unknown origin. From the title where it names them,
 * else (cut off, wrapped) from the stacks: the title names what was not inlined.
 */
export function racingFunctions(report: RaceReport): readonly string[] {
  const named = titleFunctions(report.title);
  if (named.length === 2 || (named.length === 1 && report.unknownOrigin)) return [...named].sort();
  const found = report.accesses.map(accessFunction).filter((name) => name !== null);
  return (found.length >= named.length ? found : named).toSorted();
}

/** Counts reports by race; races stay in the order in which they were first seen. */
export function groupRaces(reports: Iterable<RaceReport>): Race[] {
  const groups = createRaceGroups();
  for (const report of reports) groups.add(report);
  return groups.races();
}

export interface RaceGroups {
  /** Counts `report`; `isNew` for the first of its race. Null when its race is beyond the limit. */
  add(report: RaceReport): { readonly race: Race; readonly isNew: boolean } | null;
  races(): Race[];
  /** Reports of races beyond the limit, which were counted for none. */
  overflow(): number;
}

/** {@link groupRaces} as reports come, for at most `limit` races, so that no input exhausts the memory. */
export function createRaceGroups(limit = 200_000): RaceGroups {
  const byPair = new Map<string, Race>();
  let dropped = 0;
  return {
    add(report) {
      const functions = racingFunctions(report);
      const key = functions.join(' / ');
      const known = byPair.get(key);
      if (known === undefined && byPair.size >= limit) {
        dropped += 1;
        return null;
      }
      const race: Race = {
        functions,
        count: (known?.count ?? 0) + 1,
        first: earlier(known?.first ?? null, report.time),
      };
      byPair.set(key, race);
      return { race, isNew: known === undefined };
    },
    races: () => [...byPair.values()],
    overflow: () => dropped,
  };
}

function titleFunctions(title: string): string[] {
  const rest = /^(?:data-race|assert: race|racing [a-z-]+) in (.+)$/.exec(title)?.[1];
  if (rest === undefined) return [];
  return rest
    .split(' / ')
    .map((part) => part.replace(/(?:\+0x| \[| \(| \/$).*$/, '').trim())
    .filter((name) => name !== '');
}

function accessFunction(access: Access): string | null {
  const frame = access.stack.find((candidate) => !candidate.inlined) ?? access.stack[0];
  return frame?.function ?? null;
}

function earlier(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.min(a, b);
}
