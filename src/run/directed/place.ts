// From schedules by statements to points in the sources: numbered over all tests, on the base and on a fixed tree.
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { inputError } from '../../base/index.js';
import type { StatementPlace } from '../../c-syntax/index.js';
import { type Case, type CaseFix, caseChanges } from '../../case/index.js';
import {
  type Directions,
  harnessPath,
  lineIn,
  mostPoints,
  type Point,
  statementFinder,
  type TestPlan,
} from '../../kernel/index.js';
import type { DirectedTurn, FindStatement, StatementStop } from '../../model/index.js';
import type { Tree } from '../../tree/index.js';
import type { ChosenSchedule } from './choose.js';

/** The case's sources and its harness on one kernel. */
export interface CaseTexts {
  /** By the name that line tables have: a path inside the tree, or the harness's file name. */
  readonly texts: ReadonlyMap<string, string>;
  readonly find: FindStatement;
}

/** @param fix a patch file, or null for the base */
export async function caseTexts(theCase: Case, tree: Tree, fix: string | null): Promise<CaseTexts> {
  const changed = new Map((await caseChanges(theCase, tree, fix)).map(({ path, text }) => [path, text]));
  const texts = new Map<string, string>();
  const finders = new Map<string, (line: number) => StatementPlace | null>();
  const add = async (name: string, text: string) => {
    texts.set(name, text);
    finders.set(name, await statementFinder(text));
  };
  for (const path of theCase.sources)
    await add(path, changed.get(path) ?? (await readFile(join(tree.path, path), 'utf8')));
  await add(basename(theCase.harness), await readFile(theCase.harness, 'utf8'));
  return { texts, find: (file, line) => finders.get(file)?.(line) ?? null };
}

/** What is played in one test, by the statements of one kernel. */
export interface PlacedTest {
  readonly test: string;
  readonly turns: readonly DirectedTurn[];
  readonly meeting: readonly [DirectedTurn, DirectedTurn] | null;
}

/** Of the races of a schedule, the one that the case expects is brought together. */
export function placedTests(theCase: Case, chosen: readonly ChosenSchedule[]): PlacedTest[] {
  return chosen.map(({ test, model: { turns, meetings } }) => {
    const expected = theCase.tests.find(({ name }) => name === test)?.races ?? [];
    const isExpected = (functions: readonly string[]) =>
      expected.some((race) => [...race.functions].sort().join() === functions.join());
    const meeting = meetings.find(({ functions }) => isExpected(functions)) ?? meetings[0];
    return { test, turns, meeting: meeting?.meeting ?? null };
  });
}

/** The same statements with the fix. Errors: `input` where the fix leaves nothing of a statement that is stopped at. */
export function placedInFix(
  tests: readonly PlacedTest[],
  base: CaseTexts,
  fixed: CaseTexts,
  fix: CaseFix,
): PlacedTest[] {
  const stopIn = (stop: StatementStop): StatementStop => {
    const line = lineIn(base.texts.get(stop.file) ?? '', fixed.texts.get(stop.file) ?? '', stop.line);
    const place = line === null ? null : fixed.find(stop.file, line);
    if (place === null || place.function !== stop.function)
      throw inputError(`with ${fix.name} there is no statement for the point at ${stop.file}:${stop.line}`, {
        hint: 'The fix has other code there: play the schedule without --fix, and judge the fix with the model engine.',
      });
    return { ...stop, line: place.line, endLine: place.endLine };
  };
  const turnIn = (turn: DirectedTurn): DirectedTurn => ({
    ...turn,
    until: turn.until === null ? null : stopIn(turn.until),
  });
  return tests.map(({ test, turns, meeting }) => ({
    test,
    turns: turns.map(turnIn),
    meeting: meeting === null ? null : [turnIn(meeting[0]), turnIn(meeting[1])],
  }));
}

/** Points with numbers, each statement once. Errors: `input` for more than the guest can count. */
export function directionsOf(theCase: Case, tests: readonly PlacedTest[]): Directions {
  const points = new Map<string, Point>();
  const inTree = (file: string) => (file === basename(theCase.harness) ? harnessPath(theCase) : file);
  const pointAt = ({ file, line, function: holder }: StatementStop): number => {
    const key = `${file}:${line}`;
    const point = points.get(key) ?? { number: points.size + 1, file: inTree(file), line, function: holder };
    points.set(key, point);
    return point.number;
  };
  const plans = tests.map(
    ({ test, turns, meeting }): TestPlan => ({
      test,
      turns: turns.map(({ side, until, holdsLock }) => ({
        side,
        until: until === null ? null : { point: pointAt(until), occurrence: until.occurrence },
        sleeps: !holdsLock,
      })),
      meeting: meeting === null ? null : [meetingPoint(meeting[0]), meetingPoint(meeting[1])],
    }),
  );
  function meetingPoint({ side, until }: DirectedTurn) {
    if (until === null) throw new Error('an access of a race is at a statement');
    return { side, point: pointAt(until), occurrence: until.occurrence };
  }
  if (points.size >= mostPoints)
    throw inputError(`the schedules need ${points.size} points, and the guest counts ${mostPoints - 1}`, {
      hint: 'Play one test: --test NAME.',
    });
  return { points: [...points.values()], plans };
}
