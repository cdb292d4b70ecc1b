// What a bisection found: the commit, the proof, and each commit that was tried.
import type { BisectResult, TestedCommit } from '../../bisect/index.js';
import type { CaseOnCommit } from '../../run/index.js';
import { bulletLines, factLines, section, whole } from './section.js';
import { tableLines } from './table.js';
import { paletteFor, printable, type TerminalOptions, wrapLines } from './text.js';

type Result = BisectResult<CaseOnCommit>;
type Tested = TestedCommit<CaseOnCommit>;

const states = {
  shown: 'shown',
  silent: 'silent',
  absent: 'no such source',
  untested: 'not tested',
} as const;

/** Text without a line end behind the last line. */
export function renderBisectResult(result: Result, options: TerminalOptions): string {
  const rows = result.tested.map((one) => [
    one.commit.short,
    one.commit.authored.slice(0, 10),
    states[one.state],
    printable(one.commit.subject),
  ]);
  const { commits, touching } = result.range;
  const counts =
    `${whole(commits)} commits, ${whole(touching)} of which change what the case compiles; ` +
    `${whole(result.tested.length)} tested`;
  const reasons = result.tested
    .filter(({ state }) => state === 'untested')
    .map(({ commit, detail }) => `${commit.short}: ${detail.reason ?? 'no reason is known'}`);
  return [
    outcomeLines(result, options),
    section(
      `Tested (${counts})`,
      tableLines(['COMMIT', 'DATE', 'RESULT', 'SUBJECT'], rows, { ...options, indent: 2 }),
      options,
    ),
    section('Why not tested', bulletLines(reasons, options), options),
    section('Limits', bulletLines(limitsOf(result), options), options),
  ]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function outcomeLines({ outcome, sought }: Result, options: TerminalOptions): string[] {
  const { bold } = paletteFor(options);
  const line = (text: string) => wrapLines(printable(text), options.columns);
  if (outcome.kind === 'among')
    return [
      bold(sought === 'introduced' ? 'One of these commits brought it:' : 'One of these commits ended it:'),
      ...outcome.commits.flatMap((one) =>
        wrapLines(printable(`${one.short} ${one.subject}`), options.columns, { first: 2, rest: 4 }),
      ),
    ];
  if (outcome.kind === 'end') {
    const { which, tested } = outcome;
    const { commit, state, detail } = tested;
    const isShown = (which === 'newest') === (sought === 'introduced');
    const is = {
      shown: 'shows it',
      silent: 'does not show it',
      absent: "does not have the case's sources",
      untested: 'could not be tested',
    }[state];
    const option = isShown ? '--bad' : '--good';
    return [
      ...line(`The ${which} commit, ${commit.short} ("${commit.subject}"), ${is}.`),
      ...(detail.reason === null ? [] : line(detail.reason)),
      ...line(`Give one that ${isShown ? 'shows it' : 'does not show it'}: ${option} COMMIT.`),
    ];
  }
  const { commit } = outcome.commit;
  const verb = sought === 'introduced' ? 'brought it' : 'ended it';
  return [
    bold(printable(`${commit.short} ("${commit.subject}") ${verb}.`)),
    '',
    // One line, however long: it goes into a patch as it is.
    ...(sought === 'introduced' ? [printable(`Fixes: ${commit.short} ("${commit.subject}")`), ''] : []),
    ...factLines(
      [
        ['with it', printable(proof(outcome.commit))],
        ...outcome.parents.map((parent) => ['before', printable(proof(parent))] as const),
      ],
      options,
    ),
  ];
}

function proof({ commit, state, detail }: Tested): string {
  if (state === 'absent') return `${commit.short} does not have the case's sources`;
  const run = detail.run === null ? '' : ` (millrace show ${detail.run})`;
  return `${commit.short}: ${detail.reason ?? states[state]}${run}`;
}

function limitsOf({ outcome }: Result): string[] {
  if (outcome.kind !== 'found') return [];
  return [
    'Only the listed commits were tested. A bug that was there before, and went away in between, is not seen.',
  ];
}
