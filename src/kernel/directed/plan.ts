// The plan of directed rounds, and the C that tells the guest (include/millrace_directed.h).

/** A stretch of a side: from where it stands up to a point, or to its end. */
export interface PlannedTurn {
  /** Index of the side in its test. */
  readonly side: number;
  /** Null: up to its end. */
  readonly until: { readonly point: number; readonly occurrence: number } | null;
  /** Whether the side holds no lock there, so that it may sleep where its context lets it. */
  readonly sleeps: boolean;
}

/** Where a side stands before one access of a race. */
export interface MeetingPoint {
  readonly side: number;
  readonly point: number;
  readonly occurrence: number;
}

/** What is played in one test. */
export interface TestPlan {
  readonly test: string;
  readonly turns: readonly PlannedTurn[];
  /** The accesses of a race that are brought together for KCSAN; null without. */
  readonly meeting: readonly [MeetingPoint, MeetingPoint] | null;
}

/** Points have numbers below it: MILLRACE_MAX_POINTS. */
export const mostPoints = 64;

/** The text of millrace_plan.h. Names are C identifiers. */
export function planHeader(plans: readonly TestPlan[]): string {
  const arrays = plans.map(({ test, turns, meeting }) =>
    [
      `static const struct millrace_turn millrace_turns_${test}[] = {`,
      ...turns.map(turnText),
      '};',
      ...(meeting === null
        ? []
        : [
            `static const struct millrace_turn millrace_meeting_${test}[] = {`,
            ...meeting.map(({ side, point, occurrence }) =>
              turnText({ side, until: { point, occurrence }, sleeps: false }),
            ),
            '};',
          ]),
    ].join('\n'),
  );
  const entries = plans.map(
    ({ test, turns, meeting }) =>
      `\t{ .test = "${test}", .turns = millrace_turns_${test}, .count = ${turns.length}${
        meeting === null ? '' : `, .meeting = millrace_meeting_${test}`
      } },`,
  );
  return `/* SPDX-License-Identifier: GPL-2.0 */
/* Made by Millrace: who goes when, from point to point. */
${arrays.join('\n\n')}

static const struct millrace_plan millrace_plans[] = {
${entries.join('\n')}
\t{ }
};
`;
}

function turnText({ side, until, sleeps }: PlannedTurn): string {
  const to = until === null ? '' : `, .point = ${until.point}, .occurrence = ${until.occurrence}`;
  return `\t{ .side = ${side}${to}${sleeps ? ', .sleeps = true' : ''} },`;
}
