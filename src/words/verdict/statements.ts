// What a verdict says, in English: a phrase without a full stop for each fact, by the engine that found it.
import { plural } from '../../base/index.js';
import type { EngineName, IncompleteBoots, Problem, SampledReports, Statement } from '../../judge/index.js';
import { percent, times } from '../figures.js';
import { findingText } from '../findings.js';
import { openText } from './open.js';

/** A table of words: one entry for each member of a union that `says` tells apart. */
export type Words<Union extends { readonly says: string }> = {
  readonly [S in Union['says']]: (fact: Extract<Union, { readonly says: S }>) => string;
};

/** By its own entry of a table. */
export function wordsOf<Union extends { readonly says: string }>(words: Words<Union>, fact: Union): string {
  return (words[fact.says as Union['says']] as (fact: Union) => string)(fact);
}

const problems: Words<Problem> = {
  race: ({ test, functions, lines, variable }) => {
    const on = variable === null ? '' : ` on ${variable}`;
    const [one, other] = functions.map((name, index) => `${name} at ${shortLine(lines[index])}`);
    return `${one} and ${other} race${on} in ${test}`;
  },
  invariant: ({ test, invariant }) => `an invariant fails in ${test}: ${invariant}`,
  finding: ({ test, kind, ...finding }) =>
    `${kind === 'assertion' ? '' : `${kind} `}in ${test}: ${findingText(finding)}`,
  reported: (report) => `KCSAN reports ${reportText(report)}`,
  warning: ({ test, warning }) => `a warning in ${test}: ${warning}`,
};

/** `f / g in 14 of 1000 executions of test`. */
export function reportText({ test, functions, hits, executions }: SampledReports): string {
  return `${pairText(functions)} in ${hits} of ${plural(executions, 'execution')} of ${test}`;
}

export const statementWords: Words<Statement> = {
  ...problems,
  told: ({ text }) => text,
  new: ({ what }) => `new: ${wordsOf(problems, what)}`,
  unexpected: ({ what }) => `nothing is expected, and ${wordsOf(problems, what)}`,
  aside: ({ what }) =>
    `this is not what the case is about, and is there without the fix too: ${wordsOf(problems, what)}`,
  open: ({ reason }) => openText(reason),
  ...modelWords(),
  ...sampleWords(),
  ...kernelWords(),
  ...directedWords(),
};

/** A statement of an engine's verdict, without a full stop. */
export function statementText(fact: Statement): string {
  return wordsOf(statementWords, fact);
}

function modelWords() {
  return {
    'does-not-race': ({ functions, test, extent }) =>
      `${pairText(functions)} does not race in ${test}, in ${extentText(extent)}`,
    'not-found': ({ kind, functions, test, extent }) => {
      const where = functions.length === 0 ? '' : ` in ${functions.join(' and ')}`;
      return `no ${kind}${where} is found in ${test}, in ${extentText(extent)}`;
    },
    'sequentially-consistent': () => 'memory is sequentially consistent, and tasks do not move between CPUs',
    'this-harness': () => 'this holds for this harness: other callers, devices and timings are not explored',
    'unordered-outcomes': ({ test, count }) =>
      `with the fix, ${test} still has ${plural(count, 'outcome')} that no serial order of its sides gives; no invariant of the harness rules them out`,
    cut: ({ at, test, kernel, place, count, maxSteps }) => {
      const where = `${place.function}() at ${shortLine(`${place.file}:${place.line}`)}`;
      const why =
        at === 'steps'
          ? `after ${maxSteps} operations; what comes after that was not explored: raise --max-steps`
          : 'in a loop, or in calls, that went on for millions of rounds without an operation; what comes after that was not explored';
      return `cut in ${test} (${kernel}): ${times(count)} a context was stopped in ${where} ${why}`;
    },
    interrupted: ({ test, kernel }) =>
      `the exploration of ${test} (${kernel}) was interrupted before all interleavings were run`,
    'not-all': ({ test, kernel, stoppedBy, strategy }) => {
      const option = stoppedBy === 'time' ? '--max-time' : '--max-schedules';
      const other = strategy === 'dpor' ? ', or sample with --strategy pct' : '';
      return `not all interleavings of ${test} (${kernel}) were run: raise ${option}${other}`;
    },
  } satisfies Partial<Words<Statement>>;
}

function sampleWords() {
  return {
    'not-reported': ({ functions, test, executions }) =>
      `KCSAN did not report ${pairText(functions)} in ${plural(executions, 'execution')} of ${test}`,
    'watched-less': ({ fix, test, base, fixed }) =>
      `with ${fix} KCSAN watched ${fixed} accesses of ${test} against ${base} on the base`,
    'too-few-executions': ({ functions, test, chance, needed }) => {
      const would =
        needed === null
          ? 'not even a thousand times as many executions would be enough'
          : `${needed} executions of each kernel would be enough (--max-schedules ${needed})`;
      return `too few executions to tell for ${pairText(functions)} in ${test}: had the fix changed nothing, the chance of no report would be ${percent(chance)}; ${would}`;
    },
    sample: () => 'KCSAN’s result is that of a sample: what it did not see may still be there',
    'virtual-time': () =>
      'time is virtual, and each side has a CPU of its own: docs/kcsan.md says what that leaves out',
    'no-verbose-reports': () =>
      'CONFIG_KCSAN_VERBOSE: held locks and interrupt events are not in the reports, nor is the wait for them',
    'time-ran-out': ({ test, kernel }) =>
      `time ran out in ${test} (${kernel}) before all executions were run: see --max-time`,
  } satisfies Partial<Words<Statement>>;
}

function kernelWords() {
  return {
    'ended-early': ({ kernel, boots }) =>
      `${kernel === 'base' ? 'on the base' : 'with the fix'} ${bootsText(boots)}`,
    'ended-early-with-fix': ({ boots }) =>
      `${boots.map(bootsText).join('; ')}, while every boot of the base ran to its end`,
    'rates-leave-out': ({ boots }) => `on the base ${bootsText(boots)}; rates leave such boots out`,
    'not-booted': () => 'the base was not booted',
    'not-run': ({ kernel, tests }) =>
      `the ${kernel === 'base' ? 'base' : 'fixed kernel'} did not run ${tests.join(', ')}`,
    'only-with-fix': ({ functions, count }) =>
      `${pairText(functions)} was reported with the fix, ${times(count)}, and never on the base`,
    'never-overlapped': ({ functions, kernel }) => {
      if (functions === null) return 'the harness counted no overlapping round';
      return kernel === 'base'
        ? `the harness counted no round in which the sides of ${pairText(functions)} overlapped`
        : `the harness counted no overlapping rounds for ${pairText(functions)}, so nothing shows that the fix was put to the test`;
    },
    'no-rate': ({ functions }) =>
      `all reports of ${pairText(functions)} are from boots that did not complete, so there is no rate to compare with`,
    'overlap-share': ({ functions, base, fixed }) =>
      `with the fix the sides of ${pairText(functions)} overlapped in ${percent(fixed)} of the rounds against ${percent(base)} on the base, so the window was not exercised alike`,
    'fewer-overlaps': ({ functions, base, fixed }) =>
      `with the fix the sides of ${pairText(functions)} overlapped ${fixed} times against ${base} on the base`,
    'too-few-boots': ({ functions, base, fixed, chance, needed, most }) => {
      const boots =
        needed === null
          ? `not even ${most} boots of each kernel would be enough`
          : `${needed} boots of each kernel would be enough (--boots ${needed}); ${base} and ${fixed} completed`;
      return `too few boots to tell for ${pairText(functions)}: had the fix changed nothing, the chance of no report would be ${percent(chance)}; ${boots}`;
    },
    unlike: ({ what, symbol, base, fixed }) =>
      `the two kernels differ in ${symbol ?? differences[what]}: ${base ?? 'not set'} against ${fixed ?? 'not set'}`,
    'not-seen': ({ functions }) =>
      `nothing is said about ${pairText(functions)}, which was not seen on the base`,
    'new-trouble': ({ kind, title, count }) => `new ${kind}, ${times(count)}: ${title}`,
    'test-fails': ({ test, standing, before }) =>
      before === 'passed'
        ? `test ${test} ${standing}; it passed on the base`
        : `test ${test} still ${standing}`,
    violations: ({ base, fixed }) =>
      base === 0
        ? `the harness's invariants failed in ${plural(fixed, 'round')}, and in none on the base`
        : `the harness's invariants still fail: in ${plural(fixed, 'round')}, against ${base} on the base`,
    'still-reported': ({ functions, base, fixed }) =>
      `${pairText(functions)} ${base > 0 ? 'still races' : 'races'}, reported ${times(fixed)}`,
    'same-variable': ({ functions, variable, base, fixed }) =>
      `${pairText(functions)} still races on ${variable}, reported ${times(fixed)} (${times(base)} on the base)`,
    'same-code': ({ functions, base, fixed }) =>
      `${pairText(functions)} races in the same code, reported ${times(fixed)} (${times(base)} on the base)`,
    'in-sources': ({ functions, fixed }) =>
      `${pairText(functions)} races in the case's sources, reported ${times(fixed)}, and never on the base`,
  } satisfies Partial<Words<Statement>>;
}

function directedWords() {
  return {
    'one-schedule': () =>
      'directed rounds play one schedule of a test; the other interleavings are the model engine’s to explore',
    harmed: ({ test, harmed, rounds }) =>
      `the schedule of ${test} did harm in ${harmed} of ${plural(rounds, 'directed round')}`,
    'harmed-otherwise': ({ count }) =>
      `an invariant failed in ${plural(count, 'round')} in which the schedule was not played`,
    'pair-reported': ({ functions, count }) => `${pairText(functions)} was reported ${times(count)}`,
    trouble: ({ title, count }) => `the kernel printed ${times(count)}: ${title}`,
    'no-counts': ({ test, kernel }) =>
      `the guest told no counts of ${test}${kernel === 'base' ? '' : ' with the fix'}`,
    'no-harm': ({ test, rounds, played, late, strayed, absent }) =>
      [
        `the schedule of ${test} was played in ${played} of ${plural(rounds, 'round')} and did no harm`,
        ...(late > 0 ? [`a turn was late in ${late}`] : []),
        ...(strayed > 0 ? [`a side did not come to its point in ${strayed}`] : []),
        ...(absent > 0 ? [`not all sides came to their doors in ${absent}`] : []),
      ].join(', '),
    unaccounted: ({ test, rounds, accounted, isSeenWaiting }) =>
      `with the fix the schedule of ${test} was played, or seen to be prevented, in ${accounted} of ${plural(rounds, 'round')}${isSeenWaiting ? '' : ', and no side was seen to wait for a lock'}`,
    prevented: ({ test, late, rounds }) =>
      `in ${late} of ${plural(rounds, 'round')} of ${test} a side waits for the other, so that the schedule cannot be played`,
    'played-without-harm': ({ test, played }) =>
      `the schedule of ${test} was played ${times(played)} and did no harm`,
  } satisfies Partial<Words<Statement>>;
}

const differences = {
  release: 'kernel release',
  toolchain: 'toolchain',
  QEMU: 'QEMU',
  accelerator: 'accelerator',
  setting: 'a setting',
} as const;

/** `2 of 3 boots hung: the time limit of 120 s passed`. */
export function bootsText(boots: IncompleteBoots): string {
  if (boots.says === 'told') return boots.text;
  const { outcome, count, detail } = boots;
  const verb = ['panicked', 'hung', 'exited'].includes(outcome)
    ? outcome
    : `${count === 1 ? 'was' : 'were'} ${outcome}`;
  return `${count} of ${boots.boots} boots ${verb}${detail === null ? '' : `: ${detail}`}`;
}

export const engineNames: Readonly<Record<EngineName, string>> = {
  model: 'model engine',
  kcsan: 'KCSAN on the model machine',
  kernel: 'kernel engine',
  directed: 'directed rounds',
};

/** `f / g`. */
export function pairText(functions: readonly string[]): string {
  return functions.join(' / ');
}

/** `all 53 interleavings`. */
export function extentText(extent: Extract<Statement, { says: 'not-found' }>['extent']): string {
  if (extent === null) return 'no interleaving';
  const { interleavings, complete } = extent;
  return complete ? allText(interleavings) : `${plural(interleavings, 'interleaving')}, which are not all`;
}

function shortLine(line: string | undefined): string {
  return line?.split('/').at(-1) ?? '?';
}

/** `all 53 interleavings`. */
export function allText(interleavings: number): string {
  if (interleavings === 1) return 'the only interleaving';
  return interleavings === 2 ? 'both interleavings' : `all ${interleavings} interleavings`;
}
