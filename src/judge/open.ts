// What a run of the model engine leaves open, so that "does not race" could be said for the wrong reason: sides that did
// not come where they were expected, instrumentation that finds nothing, places that a case's author has still to fill in.
import type { ModelRun } from '../model/index.js';
import type { OpenReason } from './statements.js';

/** Of the base. */
export function openOnBase(base: ModelRun): OpenReason[] {
  return [...reachedIn(base), ...machineryOf(base)];
}

/** What is open with a fix that was not open without: a fix may take a function away, and what calls it. */
export function openWithFix(base: ModelRun, fixed: ModelRun): OpenReason[] {
  const before = new Set(reachedIn(base).map(keyOf));
  const reached = reachedIn(fixed).filter(
    (reason) =>
      !before.has(keyOf(reason)) &&
      !(
        reason.kind === 'unreached' &&
        (reason.what.kind === 'nothing-shared' ||
          (reason.what.kind === 'never-called' && !reason.what.isDefined))
      ),
  );
  return [...reached.filter(({ kind }) => kind !== 'uncalled'), ...machineryOf(fixed)];
}

export function openTodosOf({ todos }: ModelRun): OpenReason[] {
  return todos.map((todo) => ({ kind: 'todo', ...todo }));
}

function reachedIn({ name: kernel, tests, uncalled }: ModelRun): OpenReason[] {
  return [
    ...tests.flatMap(({ name: test, coverage }) =>
      (coverage?.unreached ?? []).map((what) => ({ kind: 'unreached' as const, kernel, test, what })),
    ),
    ...uncalled.map((name) => ({ kind: 'uncalled' as const, kernel, function: name })),
  ];
}

function machineryOf({ name: kernel, canaries }: ModelRun): OpenReason[] {
  return canaries.filter(({ found }) => !found).map(({ unit }) => ({ kind: 'canary-missed', kernel, unit }));
}

/** Apart from the kernel that it is about. */
function keyOf(reason: OpenReason): string {
  switch (reason.kind) {
    case 'unreached': {
      const { what, test } = reason;
      const about =
        what.kind === 'side-stopped'
          ? what.side.name
          : 'function' in what
            ? what.function
            : what.functions.join();
      return `${what.kind} ${test} ${about}`;
    }
    case 'uncalled':
      return `uncalled ${reason.function}`;
    case 'canary-missed':
      return `canary-missed ${reason.unit}`;
    case 'todo':
      return `todo ${reason.file}:${reason.line}`;
  }
}
