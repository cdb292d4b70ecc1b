// Records of older forms, brought to the present one before they are checked.
// Format 1 (until November 2026): the kernel engine's kernels, verdict, settings and fields at top level, the other
// engines in sections of their own; `engine` and `detector` said which had been asked for.
import { kernelOutcome, outcomeOf, type VerdictKind } from '../judge/index.js';

type Json = Readonly<Record<string, unknown>>;

/** `value` as read from run.json; what is of the present form, or of none, comes back as it is. */
export function migrated(value: unknown): unknown {
  return isObject(value) && value.format === 1 ? fromFormat1(value) : value;
}

function fromFormat1({
  engine,
  detector,
  runs,
  verdict,
  settings,
  fields,
  model,
  kcsan,
  ...rest
}: Json): Json {
  const explores = engine !== 'kernel' && detector !== 'kcsan';
  const samples = engine !== 'kernel' && (detector === 'kcsan' || detector === 'both');
  return {
    ...rest,
    format: 2,
    engines: [
      ...(explores ? [{ engine: 'model', ...section(model) }] : []),
      ...(samples ? [{ engine: 'kcsan', ...section(kcsan) }] : []),
      ...(engine === 'model'
        ? []
        : [
            {
              engine: 'kernel',
              settings,
              kernels: runs,
              fields: list(fields).map(({ side: kernel, ...line }) => ({ kernel, ...line })),
              verdict: isObject(verdict) ? kernelVerdict(verdict) : null,
            },
          ]),
    ],
  };
}

function section(old: unknown): Json {
  if (!isObject(old)) return { kernels: [], verdict: null };
  return { kernels: old.runs, verdict: isObject(old.verdict) ? judged(old.verdict) : null };
}

function judged({ expected, ...verdict }: Json): Json {
  return { ...verdict, outcome: outcomeOf(verdict.kind as VerdictKind, expected === true) };
}

function kernelVerdict(verdict: Json): Json {
  const pairs = list(verdict.pairs).map(({ needed, ...pair }) => ({ ...pair, needed: renamed(needed) }));
  const outcome = kernelOutcome(verdict as unknown as Parameters<typeof kernelOutcome>[0]);
  return { ...verdict, pairs, outcome };
}

function renamed(needed: unknown): unknown {
  return isObject(needed) ? { perKernel: needed.perSide, fixed: needed.fixed } : needed;
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
