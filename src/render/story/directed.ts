// What directed rounds showed, in words that several renderers have in common.
import { plural } from '../../base/index.js';
import type { DirectedEvidence } from '../../evidence/index.js';

type DirectedKernel = DirectedEvidence['kernels'][number];
type DirectedTest = DirectedKernel['tests'][number];

/** `stop_streaming runs up to point 1`, a turn each. */
export function turnTexts({ turns, sides }: DirectedTest): string[] {
  const seen = new Set<number>();
  return turns.map(({ side, until }) => {
    const name = sides[side] ?? `side ${side}`;
    const verb = seen.has(side) ? 'goes on' : 'runs';
    seen.add(side);
    if (until === null) return `${name} ${verb} to its end`;
    const times = until.occurrence === 1 ? '' : `, the ${ordinal(until.occurrence)} time that it comes there`;
    return `${name} ${verb} up to point ${until.point}${times}`;
  });
}

/** What came of the rounds of one test on one kernel, a sentence each without a full stop. */
export function roundTexts(test: DirectedTest): string[] {
  const { counts, early, waits } = test;
  if (counts === null) return [`${test.test}: the guest told no counts`];
  const { rounds, played, harmed, late, strayed, absent, meetings, met } = counts;
  const missed = [
    ...(late > 0 ? [`a turn was late in ${late}`] : []),
    ...(strayed > 0 ? [`a side did not come to its point in ${strayed}`] : []),
    ...(absent > 0 ? [`not all sides came to their doors in ${absent}`] : []),
  ];
  return [
    `${test.test}: played in ${played} of ${plural(rounds, 'round')}, harm in ${harmed}${missed.map((text) => `; ${text}`).join('')}`,
    ...(meetings === 0
      ? []
      : [`${test.test}: two accesses met under KCSAN in ${met} of ${plural(meetings, 'round')}`]),
    ...(early !== null && early.inFirstRound + early.inFirstMeeting > 0
      ? [`${test.test}: the first report came in the first round`]
      : []),
    ...(waits === null ? [] : [waitingText(test)]),
  ];
}

/** Who was waited for, where it stood, and what the model machine says of it. */
function waitingText({ test, waits, model }: DirectedTest): string {
  if (waits === null) return '';
  const { side, waitsIn, stack } = waits;
  const inside = stack.find((name) => name === model.waits?.place.function);
  const where =
    waitsIn === null
      ? `stood in ${stack[0] ?? 'an unknown place'}()`
      : `waited in ${waitsIn}()${inside === undefined ? '' : `, called from ${inside}()`}`;
  const holder = model.waits?.holder?.name;
  const said =
    model.waits === null || model.waits.side.name !== side
      ? ''
      : `; on the model machine it waits at ${model.waits.place.file}:${model.waits.place.line}${holder === undefined ? '' : ` for what ${holder} holds`}`;
  return `${test}: ${side} ${where}${said}`;
}

function ordinal(number: number): string {
  if (number % 100 >= 11 && number % 100 <= 13) return `${number}th`;
  return `${number}${['th', 'st', 'nd', 'rd'][number % 10] ?? 'th'}`;
}
