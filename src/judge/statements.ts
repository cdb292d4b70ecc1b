// What a verdict says, as facts: src/words/verdict/ makes sentences of them. One of these unions is the type and the
// check of what a record holds; a fact more is a line here and one there, which the compiler asks for.
import { z } from 'zod';
import type { Immutable } from '../base/index.js';
import { count, facts, findingKind, place, unreached, waiting } from '../model/schema/index.js';

const text = z.string();
const functions = z.array(text).describe('Sorted.');
const share = z.number();

function says<const S extends string, F extends z.core.$ZodLooseShape>(name: S, fields: F) {
  return z.object({ says: z.literal(name), ...fields });
}

/** As an older version worded it. */
const told = says('told', { text });

/** How much of a test was run; null where it was not. */
const extent = z.object({ interleavings: count, complete: z.boolean() }).nullable();

const reported = says('reported', { test: text, functions, hits: count, executions: count });

/** Something wrong that was found in a test. */
const problems = [
  says('race', { test: text, functions: z.array(text), lines: z.array(text), variable: text.nullable() }),
  says('invariant', { test: text, invariant: text }),
  says('finding', { test: text, kind: findingKind, facts, waits: z.array(waiting) }),
  reported,
  says('warning', { test: text, warning: text }),
] as const;
const problemSchema = z.discriminatedUnion('says', problems);

const boots = says('incomplete', {
  outcome: z.enum(['damaged', 'panicked', 'hung', 'flooded', 'exited', 'killed', 'interrupted']),
  count,
  boots: count,
  detail: text.nullable().describe('How the first of them ended.'),
});
const incompleteBootsSchema = z.discriminatedUnion('says', [boots, told]);

const kernel = z.enum(['base', 'fixed']);
const bothCounts = { functions, base: count, fixed: count };

/** What was not run or not exercised, so that "does not race" could be said for the wrong reason. */
const openReasonSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('unreached'), kernel: text, test: text, what: unreached }),
  z.object({ kind: z.literal('uncalled'), kernel: text, function: text }),
  z.object({ kind: z.literal('canary-missed'), kernel: text, unit: text }),
  z.object({ kind: z.literal('todo'), file: text, line: count, text }),
]);

const statementSchema = z.discriminatedUnion('says', [
  told,
  ...problems,
  says('new', { what: problemSchema }),
  says('unexpected', { what: problemSchema }).describe('Found in a test of which the case expects nothing.'),
  says('aside', { what: problemSchema }).describe(
    'Not what the case is about, and there without the fix too.',
  ),
  says('open', { reason: openReasonSchema }),
  // Of the model engine.
  says('does-not-race', { functions, test: text, extent }),
  says('not-found', { kind: text, functions: z.array(text), test: text, extent }),
  says('sequentially-consistent', {}),
  says('this-harness', {}),
  says('unordered-outcomes', { test: text, count }).describe('Left with the fix.'),
  says('cut', {
    at: z.enum(['steps', 'rounds']),
    test: text,
    kernel: text,
    place,
    count,
    maxSteps: count,
  }),
  says('interrupted', { test: text, kernel: text }),
  says('not-all', { test: text, kernel: text, stoppedBy: z.enum(['schedules', 'time']), strategy: text }),
  // Of KCSAN's sample.
  says('not-reported', { functions, test: text, executions: count }),
  says('watched-less', { fix: text, test: text, base: count, fixed: count }),
  says('too-few-executions', { functions, test: text, chance: share, needed: count.nullable() }),
  says('sample', {}),
  says('virtual-time', {}),
  says('no-verbose-reports', {}).describe(
    'CONFIG_KCSAN_VERBOSE is set, and the model engine has none of it.',
  ),
  says('time-ran-out', { test: text, kernel: text }),
  // Of the kernel engine.
  says('ended-early', { kernel, boots: incompleteBootsSchema }),
  says('ended-early-with-fix', { boots: z.array(incompleteBootsSchema) }).describe('And none on the base.'),
  says('rates-leave-out', { boots: incompleteBootsSchema }),
  says('not-booted', {}),
  says('not-run', { kernel, tests: z.array(text) }),
  says('only-with-fix', { functions, count }),
  says('never-overlapped', { functions: functions.nullable(), kernel: z.enum(['base', 'both']) }),
  says('no-rate', { functions }),
  says('overlap-share', { functions, base: share, fixed: share }),
  says('fewer-overlaps', bothCounts),
  says('too-few-boots', {
    ...bothCounts,
    chance: share,
    needed: count.nullable(),
    most: count.describe('More than anybody would wait for.'),
  }),
  says('unlike', {
    what: z.enum(['release', 'toolchain', 'QEMU', 'accelerator', 'setting']),
    symbol: text.nullable().describe('Of a setting.'),
    base: text.nullable(),
    fixed: text.nullable(),
  }),
  says('not-seen', { functions }),
  says('new-trouble', { kind: text, title: text, count }),
  says('test-fails', { test: text, standing: text, before: z.enum(['passed', 'failing']) }),
  says('violations', { base: count, fixed: count }),
  says('still-reported', bothCounts),
  says('same-variable', { ...bothCounts, variable: text.nullable() }),
  says('same-code', bothCounts),
  says('in-sources', bothCounts),
  // Of directed rounds.
  says('one-schedule', {}),
  says('harmed', { test: text, harmed: count, rounds: count }),
  says('harmed-otherwise', { count }).describe('In rounds in which the schedule was not played.'),
  says('pair-reported', { functions, count }),
  says('trouble', { kind: text, title: text, count }),
  says('no-counts', { kernel, test: text }),
  says('no-harm', { test: text, rounds: count, played: count, late: count, strayed: count, absent: count }),
  says('unaccounted', { test: text, rounds: count, accounted: count, isSeenWaiting: z.boolean() }),
  says('prevented', { test: text, late: count, rounds: count }),
  says('played-without-harm', { test: text, played: count }),
]);

const statements = z.array(statementSchema);
const found = z.array(problemSchema);
const tests = z.array(
  z.object({
    test: text,
    races: count.describe('Pairs of lines.'),
    invariants: count,
    findings: z.array(z.object({ kind: findingKind, count })),
    extent,
  }),
);
const reports = z.array(z.object({ functions, hits: count, boots: count, bootsWithHit: count }));

/** Why a verdict is what it is. */
const reasonSchema = z.discriminatedUnion('says', [
  told,
  says('not-enough', { lacking: statements }),
  says('nothing-expected', { found }).describe('And this was found.'),
  says('fix-harms', { fix: text, harms: statements, remaining: statements }),
  says('fix-leaves', { fix: text, remaining: statements }),
  // Of the model engine.
  says('missed', { lacking: statements }),
  says('explored', { tests }),
  says('silence', {
    fix: text.nullable(),
    interleavings: count,
    preemptions: count.nullable().describe('Where all interleavings with at most so many were run.'),
    besides: count.optional().describe('Races that are left and that the case is not about.'),
  }),
  says('not-everything', { fix: text.nullable(), why: z.enum(['cut', 'not-all']) }),
  // Of KCSAN's sample.
  says('missed-in-sample', { lacking: statements }),
  says('sampled', { reports: z.array(reported) }),
  says('sample-silent', { fix: text.nullable(), executions: count }),
  says('sample-ended', { fix: text, reports: z.array(reported), executions: count, chance: share }),
  // Of the kernel engine.
  says('not-reported-in-boots', {
    boots: count,
    pairs: z.array(
      z.object({
        functions,
        overlaps: count,
        most: share.nullable().describe('Reports for each overlapped round, at 95 % confidence.'),
      }),
    ),
  }),
  says('control-silent', { boots: count, overlaps: count }),
  says('control-reported', { races: z.array(z.object({ functions, count })) }),
  says('booted', { reports }),
  says('boots-with-fix', { reports, fix: text, statements }),
  // Of directed rounds.
  says('directed', { shown: statements }),
  says('directed-with-fix', { shown: statements, fix: text, statements }),
  says('boots-ended', {
    fix: text,
    chance: share,
    pairs: z.array(
      z.object({
        functions,
        hits: count,
        overlaps: count,
        boots: count,
        fixedOverlaps: count,
        fixedBoots: count,
      }),
    ),
  }),
]);

/** Something wrong that was found in a test. */
export type Problem = Immutable<z.infer<typeof problemSchema>>;
/** Reports of one pair of functions in a sample. */
export type SampledReports = Immutable<z.infer<typeof reported>>;
/** Boots of one outcome other than `completed`. */
export type IncompleteBoots = Immutable<z.infer<typeof incompleteBootsSchema>>;
/** What a negative answer could be due to, besides that nothing races. */
export type OpenReason = Immutable<z.infer<typeof openReasonSchema>>;
/** A fact of a verdict: what is lacking, still wrong or worse, or what the verdict does not say. */
export type Statement = Immutable<z.infer<typeof statementSchema>>;
/** Why a verdict is what it is. */
export type Reason = Immutable<z.infer<typeof reasonSchema>>;

// By their types' names, which the schemas of records are made of: written out they would be too long for a compiler.
export const problem: z.ZodType<Problem> = problemSchema;
export const incompleteBoots: z.ZodType<IncompleteBoots> = incompleteBootsSchema;
export const openReason: z.ZodType<OpenReason> = openReasonSchema;
export const statement: z.ZodType<Statement> = statementSchema;
export const reason: z.ZodType<Reason> = reasonSchema;
