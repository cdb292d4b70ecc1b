// What every engine is, and how a case runs on one: the base, the fix where one is given and worth a try, a verdict.
import { interruptedError, type Progress } from '../../base/index.js';
import type { Case, CaseFix } from '../../case/index.js';
import type { EngineSection } from '../../record/index.js';
import type { RaceReport } from '../../report/index.js';
import type { Tree } from '../../tree/index.js';
import type { Explorer } from '../explorer.js';
import type { Recording } from '../recorded.js';
import { commitToFix } from './fixes.js';

/** What an engine is asked to run. */
export interface EngineRequest {
  /** With the tests that a filter left. */
  readonly case: Case;
  readonly tree: Tree;
  readonly fix: CaseFix | null;
  /** Of several fixes, the others. */
  readonly otherFixes?: readonly CaseFix[] | undefined;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
  /** Where programs are explored. */
  readonly explorer: Explorer;
}

/** `Kernel`: what one kernel of the case, base or fixed, has shown: findings, counts and coverage. */
export interface Engine<Kernel extends { readonly name: string }, Section extends EngineSection> {
  readonly name: Section['engine'];
  /** Errors: `input` for what is better said before anything runs. */
  check?(): Promise<void>;
  /** What the record has before there is a verdict: at first, no kernel. */
  unjudged(kernels: readonly Kernel[]): Section;
  /** Runs the base (null) or the fixed kernel; `earlier` is what it has shown already, where it is to show more. */
  run(fix: CaseFix | null, recording: Recording, earlier?: Kernel): Promise<Kernel>;
  /** `fixed` is null when no fix was tried. */
  judge(base: Kernel, fixed: Kernel | null): Promise<Section>;
  /** Several fixes side by side, and the name of the one that the record is about. */
  compare?(base: Kernel, fixed: readonly Kernel[]): { readonly section: Section; readonly leading: string };
  /** Why the fix need not run after this verdict on the base: a note for the user, or null. Always null if absent. */
  skipsFix?(section: Section): string | null;
  /** What a further run of the fixed kernel could decide: a note for the user, or null. Always null if absent. */
  wantsMore?(section: Section, fixed: Kernel): string | null;
  /** By name: what makes this run repeatable. */
  seeds(kernels: readonly Kernel[]): Readonly<Record<string, string>>;
  /** With files and lines, where they are known. */
  reports(kernel: Kernel): readonly RaceReport[];
}

/** Errors: those of the engine, and `interrupted` once the record has what was found until then. */
export async function runEngine<Kernel extends { readonly name: string }, Section extends EngineSection>(
  engine: Engine<Kernel, Section>,
  request: EngineRequest,
  recording: Recording,
): Promise<void> {
  const { case: theCase, fix, progress, signal } = request;
  const run = async (patch: CaseFix | null, earlier?: Kernel): Promise<Kernel> => {
    const began = performance.now();
    const done = await engine.run(patch, recording, earlier);
    await recording.timed(`${engine.name} ${done.name}`, began);
    return done;
  };
  const keep = async (kernels: readonly Kernel[]) => {
    await recording.update({ engine: engine.unjudged(kernels), seeds: engine.seeds(kernels) });
    if (signal?.aborted) throw interruptedError();
  };
  const base = await run(null);
  await keep([base]);
  let section = await engine.judge(base, null);
  const skipped = fix === null ? null : (engine.skipsFix?.(section) ?? null);
  if (skipped !== null) progress.note(skipped);
  else if (fix !== null) {
    let fixed = await run(fix);
    for (;;) {
      await keep([base, fixed]);
      section = await engine.judge(base, fixed);
      const more = engine.wantsMore?.(section, fixed) ?? null;
      if (more === null) break;
      progress.note(more);
      fixed = await run(fix, fixed);
    }
    const all = [fixed];
    for (const other of engine.compare === undefined ? [] : (request.otherFixes ?? [])) {
      all.push(await run(other));
      const compared = engine.compare?.(base, all);
      if (compared === undefined) break;
      section = compared.section;
      await recording.update({ engine: section, leading: compared.leading });
      if (signal?.aborted) throw interruptedError();
    }
  }
  await recording.update({ engine: section });
  const fixes = await commitToFix({ ...request, reports: engine.reports(base), sources: theCase.sources });
  await recording.update({ fixes });
}
