// A case before it is written: all its texts, from its sides and sources; and the same once the compiler has seen it.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from '../base/index.js';
import { findModelCompiler } from '../model/compile/index.js';
import type { Tree } from '../tree/index.js';
import { type CaseTextRequest, caseYaml, type Todo, todosIn } from './case-text.js';
import { compileErrors, failingStatements, missingStructs, withoutStatements } from './compile-check.js';
import { type FakePlan, planFakes } from './fakes.js';
import { exposedFunctions, type HarnessSide, harnessText } from './harness.js';
import { type BuildSettings, buildSettings, kunitconfigText } from './kunitconfig.js';
import type { TreeSource } from './tree-source.js';

export interface DraftRequest {
  readonly source: TreeSource;
  readonly name: string;
  readonly title: string;
  readonly sides: readonly [HarnessSide, HarnessSide];
  readonly sources: readonly string[];
  /** Statements of the set-up and members of the fake that are known not to compile, with what the compiler said. */
  readonly failing: ReadonlyMap<string, string>;
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
  const common = { ...request, suite, test: `${suite}_test`, expose };
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
  const { tree, directory, progress, signal } = options;
  const compiler = await findModelCompiler({ signal });
  const notes: string[] = [];
  let draft = first;
  for (let round = 1; ; round += 1) {
    const harness = draft.texts.get('harness.c') ?? '';
    const kunitconfig = draft.texts.get('kunitconfig') ?? '';
    await writeFile(join(directory, 'harness.c'), harness);
    const { sources, expose } = draft;
    const errors = await compileErrors({
      ...{ tree, directory, kunitconfig, sources, expose, compiler, progress, signal },
    });
    if (errors.length === 0) return { draft, compiles: true, notes };
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

function identifierOf(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9]+/g, '_').replace(/_$/, '');
  return /^[A-Za-z]/.test(plain) ? plain : `case_${plain}`;
}
