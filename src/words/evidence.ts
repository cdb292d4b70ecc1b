// What a run's evidence says of races and harm, in English.
import { plural } from '../base/index.js';
import type {
  AccessPath,
  ClassReason,
  HarmEvidence,
  LockRule,
  OutcomeEvidence,
  Suggestion,
  TestHarms,
} from '../evidence/index.js';
import { conflictText, findingText } from './findings.js';
import { type Words, wordsOf } from './verdict/index.js';

/** More paths or values than these are counted, not named. */
const mostPaths = 4;
const mostValues = 3;

/** "5 of 6 accesses to `pending_dma_en` hold `dev->lock`; `f` from `g` does not", without a full stop. */
export function lockRuleText({ variable, lock, holding, total, missing }: LockRule): string {
  if (missing.length === 0) {
    const [all, hold] = total === 1 ? ['The only access', 'holds'] : [`All ${total} accesses`, 'hold'];
    return `${all} to \`${variable}\` ${hold} \`${lock.name}\``;
  }
  const paths = [...new Set(missing.map(pathText))];
  const named = paths.slice(0, mostPaths).join(', ');
  const more = paths.length > mostPaths ? ` and ${paths.length - mostPaths} more` : '';
  const others = missing.length === 1 ? `${named} does not` : `${missing.length} do not: ${named}${more}`;
  return `${holding} of ${total} accesses to \`${variable}\` ${holding === 1 ? 'holds' : 'hold'} \`${lock.name}\`; ${others}`;
}

export const classReasonWords: Words<ClassReason> = {
  'only-reports': () => 'Reports tell neither which locks were held nor what the race does.',
  'does-harm': ({ harms }) =>
    `The race does harm: ${testHarmsText(harms)}. No access holds a lock that another holds, so this does not tell which lock would be right.`,
  'harm-not-excluded': () => 'Not all interleavings were looked at, so harm cannot be excluded.',
  'rule-held': () =>
    'Yet they race: the lock is held for reading, or it is not the same lock for each of them.',
  'lock-at-times': ({ path, lock }) =>
    `${pathText(path)} holds \`${lock}\` at some times and not at others, so a lock may be missing.`,
  updates: ({ lines }) =>
    `The outcome was always one that some serial order gives, but ${list(lines.map(shortLine))} ${lines.length === 1 ? 'reads and writes' : 'read and write'} in one statement, which no marking makes atomic.`,
  'no-harm': () =>
    'In every interleaving the outcome was one that some serial order gives, no invariant failed, and no access holds a lock: if the accesses are meant to be concurrent, only a marking is missing.',
  'lock-missing': ({ harms }) => {
    const harm = harms.length === 0 ? '' : ` It does harm: ${testHarmsText(harms)}.`;
    return `A lock is missing.${harm} A marking would silence KCSAN and leave the bug.`;
  },
  'reads-without': ({ lock }) =>
    `All writes hold \`${lock}\`, and in every interleaving the outcome was one that some serial order gives: a lock is missing at the reads, or they are meant to go without one.`,
};

/** A sentence, or more, with a full stop: beside the rule of the locks. */
export function classReasonText(reason: ClassReason): string {
  return wordsOf(classReasonWords, reason);
}

export const suggestionWords: Words<Suggestion> = {
  'hold-lock': ({ lock, lines, paths }) =>
    `Hold \`${lock}\` at ${list(lines.map(shortLine))} (${list(paths.map(pathText))}).`,
  'add-marking': ({ variable, reads, writes }) => {
    const parts = [
      ...(reads.length === 0 ? [] : [`READ_ONCE() at ${list(reads.map(shortLine))}`]),
      ...(writes.length === 0 ? [] : [`WRITE_ONCE() at ${list(writes.map(shortLine))}`]),
    ];
    return `If \`${variable}\` is meant to be accessed concurrently: ${parts.join(' and ')}.`;
  },
  'assert-exclusive': ({ variable, lock, lines }) =>
    `Where the reads are meant to go without \`${lock}\`, \`ASSERT_EXCLUSIVE_WRITER(${variable})\` at ${list(lines.map(shortLine))} lets KCSAN check that nobody else writes.`,
};

/** A sentence with a full stop. */
export function suggestionText(suggestion: Suggestion): string {
  return wordsOf(suggestionWords, suggestion);
}

function testHarmsText(harms: readonly TestHarms[]): string {
  return harms
    .map(({ test, invariants, others, outcomes, kinds }) => {
      const phrases = [
        ...(invariants === 0
          ? []
          : [invariants === 1 ? 'an invariant fails' : `${invariants} invariants fail`]),
        ...(others === 0 ? [] : [`no serial order gives ${others} of ${plural(outcomes, 'outcome')}`]),
        ...(kinds.length === 0 ? [] : [`${kinds.join(', ')} was found`]),
      ];
      return `in ${test} ${phrases.join(' and ')}`;
    })
    .join('; ');
}

/** A phrase without a full stop, with the values. */
export function harmText(harm: HarmEvidence): string {
  return withCause(effectText(harm), harm);
}

/** The same as a sentence of its own. */
export function harmSentence(harm: HarmEvidence): string {
  const { kind, invariant } = harm;
  return kind === 'invariant'
    ? `This does not always hold: ${withCause(invariant ?? '', harm)}.`
    : `What goes wrong: ${harmText(harm)}.`;
}

function withCause(what: string, { cause }: HarmEvidence): string {
  if (cause === null) return what;
  const how =
    cause.kind === 'lost-update' ? 'an update is lost' : 'values that do not belong together are read';
  return `${what} (${how}: ${list(cause.variables)})`;
}

function effectText({ kind, invariant, finding, places, values }: HarmEvidence): string {
  if (finding !== null) return `${finding.kind}: ${findingText(finding)}`;
  switch (kind) {
    case 'lost-update':
    case 'torn-pair':
      return conflictText({ kind, places, values });
    case 'no-serial-order': {
      const named = values
        .slice(0, mostValues)
        .map(({ name, value, serial }) => `${name} is ${value} where they give ${serial.join(' or ')}`);
      const more = values.length > mostValues ? `, and ${values.length - mostValues} more` : '';
      return `ends in a state that no serial order of the sides gives: ${named.join(', ')}${more}`;
    }
    default:
      return `broken invariant: ${invariant}`;
  }
}

/** A sentence with a full stop: says plainly whether each outcome is one that a serial order gives. */
export function outcomesText({
  test,
  kernel,
  serial,
  others,
  interleavings,
  complete,
}: OutcomeEvidence): string {
  const fix = kernel === 'fixed';
  if (others > 0)
    return `${fix ? 'With the fix, ' : ''}${test} has ${plural(others, 'outcome')} that no serial order of its sides gives; these orders give ${serial}.`;
  const all = complete
    ? `n every interleaving of ${test}`
    : `n each of the ${interleavings} interleavings of ${test} that were run, which are not all,`;
  return `${fix ? 'With the fix, i' : 'I'}${all} the outcome was one that some serial order of its sides gives.`;
}

/** `f` from `g`. */
function pathText({ function: name, from }: AccessPath): string {
  return from === null ? `\`${name}\`` : `\`${name}\` from \`${from}\``;
}

function shortLine(line: string): string {
  return line.split('/').at(-1) ?? line;
}

function list(texts: readonly string[]): string {
  if (texts.length < 2) return texts.join('');
  return `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`;
}
