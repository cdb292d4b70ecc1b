// Records of older forms, brought to the present one before they are checked.
// Format 1 (until November 2026): the kernel engine's kernels, verdict, settings and fields at top level, the other
// engines in sections of their own; `engine` and `detector` said which had been asked for.
// Format 2: verdicts in sentences, and the kind of each called a race's whatever it was about.
import { kernelOutcome, outcomeOf, type VerdictKind } from '../judge/index.js';

type Json = Readonly<Record<string, unknown>>;

/** `value` as read from run.json; what is of the present form, or of none, comes back as it is. */
export function migrated(value: unknown): unknown {
  if (!isObject(value)) return value;
  const second = value.format === 1 ? fromFormat1(value) : value;
  return second.format === 2 ? fromFormat2(second) : second;
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
  return { ...verdict, outcome: outcomeOf(kindOf(verdict.kind) as VerdictKind, expected === true) };
}

function kernelVerdict(verdict: Json): Json {
  const pairs = list(verdict.pairs).map(({ needed, ...pair }) => ({ ...pair, needed: renamed(needed) }));
  const judgedBy = { ...verdict, kind: kindOf(verdict.kind) };
  const outcome = kernelOutcome(judgedBy as unknown as Parameters<typeof kernelOutcome>[0]);
  return { ...verdict, pairs, outcome };
}

function renamed(needed: unknown): unknown {
  return isObject(needed) ? { perKernel: needed.perSide, fixed: needed.fixed } : needed;
}

function fromFormat2({ engines, ...rest }: Json): Json {
  return { ...rest, format: 3, engines: list(engines).map(sectionOfFormat2) };
}

function sectionOfFormat2({ kernels, verdict, ...rest }: Json): Json {
  return {
    ...rest,
    kernels: list(kernels).map((kernel) =>
      'unmodelled' in kernel
        ? { ...kernel, unmodelled: texts(kernel.unmodelled).map(() => 'verbose') }
        : kernel,
    ),
    verdict: isObject(verdict) ? factsOf(verdict) : null,
  };
}

/** What a verdict said stays as it was told. */
function factsOf({ kind, reason, lacking, harms, remaining, limits, ...verdict }: Json): Json {
  const told = (value: unknown) => texts(value).map((text) => ({ says: 'told', text }));
  const summary = (value: unknown) =>
    isObject(value) ? { ...value, incomplete: told(value.incomplete) } : value;
  return {
    ...verdict,
    ...('base' in verdict ? { base: summary(verdict.base), fixed: summary(verdict.fixed) } : {}),
    kind: kindOf(kind),
    about: aboutOf(verdict),
    reason: { says: 'told', text: reason },
    lacking: told(lacking),
    harms: told(harms),
    remaining: told(remaining),
    limits: told(limits),
  };
}

/** What the case expected; a race where it expected nothing, as was said then. */
function aboutOf({ pairs, expectations }: Json): unknown[] {
  const expected = list(expectations).map(({ kind }) => kind);
  const kinds = list(pairs).length > 0 ? ['race', ...expected] : expected;
  return kinds.length === 0 ? ['race'] : [...new Set(kinds)];
}

const kinds: Readonly<Record<string, VerdictKind>> = {
  'race shown': 'shown',
  'race shown, fix shown': 'fix-shown',
  'race shown, fix incomplete': 'fix-incomplete',
  'race shown, fix harmful': 'fix-harmful',
  'race not shown': 'not-shown',
};

function kindOf(kind: unknown): unknown {
  return kinds[String(kind)] ?? kind;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
