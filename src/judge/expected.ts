// Which findings of the model engine are of a kind that a case expects. docs/verdicts.md says the same in words.
import type { ExpectedFinding, ExpectedKind } from '../case/index.js';
import type { ModelFinding, ModelTest } from '../model/index.js';

/** Kinds that case.yaml and the machine call by other names. */
const otherNames: Partial<Record<ExpectedKind, readonly string[]>> = {
  leak: ['memory-leak'],
  'lock-misuse': ['lock-misuse', 'lock-leak'],
};

/** How many findings of a test are what is expected. */
export function countExpected(test: ModelTest, { kind, functions }: ExpectedFinding): number {
  const isAbout = (names: readonly string[]) => {
    const known = new Set(names.map((name) => name.replace(/\..*$/, '')));
    return functions.every((name) => known.has(name));
  };
  switch (kind) {
    case 'race':
      return test.races.filter(({ report }) =>
        isAbout(report.accesses.flatMap(({ stack }) => stack.map((frame) => frame.function))),
      ).length;
    case 'invariant':
      return test.failures.length;
    case 'no-serial-order':
      return test.outcomes?.others ?? 0;
    case 'deadlock':
      return test.findings.filter((one) => one.kind === 'deadlock' && isAbout(functionsOf(one))).length;
    case 'lost-wakeup':
      return test.findings.filter((one) => isLostWakeup(one) && isAbout(functionsOf(one))).length;
    default: {
      const names = otherNames[kind] ?? [kind];
      return test.findings.filter((one) => names.includes(one.kind) && isAbout(functionsOf(one))).length;
    }
  }
}

/** What another context has to bring about, and no lock. */
const events: ReadonlySet<string> = new Set(['condition', 'wake-up', 'completion']);

/** Somebody waits for what nobody holds, and nobody is left who would bring it about. */
function isLostWakeup({ kind, waits }: ModelFinding): boolean {
  if (kind === 'no-progress') return true;
  return (
    kind === 'deadlock' &&
    waits.some(({ wait, holders }) => wait !== null && events.has(wait.on) && holders.length === 0)
  );
}

function functionsOf({ places, waits }: ModelFinding): readonly string[] {
  return [
    ...places,
    ...waits.flatMap(({ place, holders }) => [place, ...holders.map(({ taken }) => taken)]),
  ].map(({ function: name }) => name);
}

/** Memory that the harness takes and does not give back: that says nothing of the driver, and is no harm that a race does. */
export function isOfHarness({ kind, inHarness }: Pick<ModelFinding, 'kind' | 'inHarness'>): boolean {
  return inHarness && kind === 'memory-leak';
}
