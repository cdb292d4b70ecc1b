// A case before it is written: all its texts, from its sides and sources; and the same once the compiler has seen it.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MillraceError, type Progress } from '../base/index.js';
import { loadCase, type Todo, todosIn } from '../case/index.js';
import { findModelCompiler, type ModelCompiler } from '../model/compile/index.js';
import type { Tree } from '../tree/index.js';
import { type CaseTextRequest, caseYaml } from './case-text.js';
import { compileErrors, failingStatements, missingStructs, withoutStatements } from './compile-check.js';
import { type FakePlan, planFakes } from './fakes.js';
import { type FunctionFake, missingFunctions } from './function-fakes.js';
import {
  exposedFunctions,
  type HarnessSide,
  type HarnessSides,
  type HarnessTest,
  harnessText,
} from './harness.js';
import { type BuildSettings, buildSettings, kunitconfigText } from './kunitconfig.js';
import type { TreeSource } from './tree-source.js';

export interface DraftRequest {
  readonly source: TreeSource;
  readonly name: string;
  readonly title: string;
  readonly sides: HarnessSides;
  /** By index of the sides: a test each. */
  readonly pairs: readonly (readonly [number, number])[];
  /** Whether the pairs are expected to race. */
  readonly races: boolean;
  readonly assumptions: readonly string[];
  readonly sources: readonly string[];
  /** Statements of the set-up and members of the fake that are known not to compile, with what the compiler said. */
  readonly failing: ReadonlyMap<string, string>;
  /** Functions that the sides reach and nobody supplies. */
  readonly functionFakes: readonly FunctionFake[];
}

export interface Draft extends DraftRequest, CaseTextRequest {
  readonly plan: FakePlan;
  readonly build: BuildSettings;
  /** By file name: case.yaml, kunitconfig, harness.c. */
  readonly texts: ReadonlyMap<string, string>;
  readonly todos: readonly Todo[];
}

export function draftCase(request: DraftRequest): Draft {
  const { source, name, sides, sources, failing } = request;
  const plan = withoutStatements(planFakes(source, sides, sources, missingStructs(failing)), failing);
  const suite = identifierOf(name);
  const build = buildSettings(source, sources);
  const expose = exposedFunctions(sides, plan);
  const within = sides[0].reach.entry.file;
  const common = { ...request, suite, tests: testsOf(request, suite), expose, within };
  const texts = new Map([
    ['case.yaml', caseYaml(common)],
    ['kunitconfig', kunitconfigText(build)],
    ['harness.c', harnessText({ ...common, plan })],
  ]);
  return { ...common, plan, build, texts, todos: [...texts].flatMap(([file, text]) => todosIn(file, text)) };
}

export interface CheckOptions {
  readonly tree: Tree;
  /** Where harness.c is put for the compiler. */
  readonly directory: string;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

export interface CheckedDraft {
  readonly draft: Draft;
  readonly compiles: boolean;
  readonly notes: readonly string[];
}

const rounds = 4;

/**
 * Compiles the draft and mends what can be: sources that no side needs are left out, statements of the set-up become
 * TODO comments. Errors: `environment` when there is no compiler, or the tree's headers cannot be made.
 */
export async function checkedDraft(first: Draft, options: CheckOptions): Promise<CheckedDraft> {
  const compiler = await findModelCompiler({ signal: options.signal });
  const notes: string[] = [];
  let draft = first;
  for (let round = 1; ; round += 1) {
    const harness = draft.texts.get('harness.c') ?? '';
    const { sources } = draft;
    const errors = await errorsOf(draft, options, compiler);
    if (errors.length === 0) {
      const faked = await withFunctionFakes(draft, options, compiler);
      return { draft: faked.draft, compiles: true, notes: [...notes, ...faked.notes] };
    }
    const needed = new Set(draft.sides.flatMap(({ side }) => [side.entry.file, ...side.files]));
    const spare = new Set(
      errors.map(({ unit }) => unit).filter((unit) => sources.includes(unit) && !needed.has(unit)),
    );
    const failing = failingStatements(draft.plan, harness, errors);
    if ((spare.size === 0 && failing.size === 0) || round === rounds) {
      const units = new Map(
        errors.map((error) => [error.unit, error]).reverse() as [string, (typeof errors)[number]][],
      );
      for (const { unit, line, message } of units.values())
        notes.push(
          `${unit}${line === null ? '' : `:${line}`} does not compile for the model machine: ${message}.`,
        );
      return { draft, compiles: false, notes };
    }
    for (const unit of spare)
      notes.push(`${unit} was left out of the sources: it does not compile for the model machine.`);
    draft = draftCase({
      ...draft,
      sources: sources.filter((path) => !spare.has(path)),
      failing: new Map([...draft.failing, ...failing]),
    });
  }
}

/** Writes the harness, which is compiled where it stands, and compiles it all. */
async function errorsOf(draft: Draft, options: CheckOptions, compiler: ModelCompiler) {
  const harness = draft.texts.get('harness.c') ?? '';
  const kunitconfig = draft.texts.get('kunitconfig') ?? '';
  await writeFile(join(options.directory, 'harness.c'), harness);
  const { sources, expose, within } = draft;
  return compileErrors({ ...options, kunitconfig, sources, expose, within, compiler });
}

/** With stand-ins for what nobody supplies, where those compile. */
async function withFunctionFakes(
  draft: Draft,
  options: CheckOptions,
  compiler: ModelCompiler,
): Promise<Pick<CheckedDraft, 'draft' | 'notes'>> {
  const { directory } = options;
  for (const [file, text] of draft.texts) await writeFile(join(directory, file), text);
  try {
    const missing = await missingFunctions({ ...options, case: await loadCase(directory) }, draft.sides);
    if (missing.fakes.length === 0) return { draft, notes: missing.notes };
    const faked = draftCase({ ...draft, functionFakes: missing.fakes });
    const errors = await errorsOf(faked, options, compiler);
    if (errors.length === 0) return { draft: faked, notes: missing.notes };
    const names = missing.fakes.map(({ name }) => `${name}()`).join(', ');
    const note = `Stand-ins for what nobody supplies do not compile (${errors[0]?.message}): ${names}.`;
    return { draft, notes: [...missing.notes, note] };
  } catch (error) {
    if (!(error instanceof MillraceError) || error.kind !== 'input') throw error;
    return { draft, notes: [`What nobody supplies is not known: ${error.message}.`] };
  }
}

function testsOf({ sides, pairs, title, races }: DraftRequest, suite: string): readonly HarnessTest[] {
  return pairs.map((pair): HarnessTest => {
    const [one, other] = pair.map((index) => sides[index] ?? sides[0]) as [HarnessSide, HarnessSide];
    const names = [one, other].map(({ reach }) => reach.entry.name);
    return {
      name: pairs.length === 1 ? `${suite}_test` : names.join('_vs_'),
      title: pairs.length === 1 ? title : `${names[1]}() against ${names[0]}()`,
      sides: [one, other],
      races,
    };
  });
}

function identifierOf(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9]+/g, '_').replace(/_$/, '');
  return /^[A-Za-z]/.test(plain) ? plain : `case_${plain}`;
}
