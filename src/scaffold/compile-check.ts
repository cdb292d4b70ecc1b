// Whether a new case compiles, asked of the compiler; what does not is taken back to a TODO.
import { join } from 'node:path';
import type { Progress } from '../base/index.js';
import { parseKunitconfig } from '../kconfig/index.js';
import { caseUnits, type ModelCompiler, tryCompileModel } from '../model/compile/index.js';
import type { Tree } from '../tree/index.js';
import type { FakePlan } from './fakes.js';

export interface CompileError {
  /** Path inside the tree, or `harness.c`. */
  readonly unit: string;
  /** Line of harness.c; null for an error elsewhere. */
  readonly line: number | null;
  /** The first that the compiler says of the place. */
  readonly message: string;
}

export interface CompileRequest {
  readonly tree: Tree;
  /** Folder with the case's harness.c. */
  readonly directory: string;
  readonly kunitconfig: string;
  readonly sources: readonly string[];
  readonly expose: Readonly<Record<string, readonly string[]>>;
  readonly within: string;
  readonly compiler: ModelCompiler;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

/** Compiles the case as the model engine does; objects stay in its cache. Gives what did not compile. */
export async function compileErrors(request: CompileRequest): Promise<readonly CompileError[]> {
  const { tree, directory, kunitconfig, within, compiler, progress, signal } = request;
  const fragment = parseKunitconfig(kunitconfig, join(directory, 'kunitconfig'));
  const { outcomes } = await tryCompileModel({
    tree,
    fragment: new Map(fragment.map(({ symbol, value }) => [symbol.replace(/^CONFIG_/, ''), value])),
    units: caseUnits({ ...request, harness: join(directory, 'harness.c') }),
    compiler,
    progress,
    signal,
  });
  return outcomes.flatMap((outcome) => {
    if (!('diagnostics' in outcome)) return [];
    const { path } = outcome.unit;
    const errors = [...outcome.diagnostics.matchAll(/^(\S+?):(\d+):\d+: (?:fatal )?error: (.*)$/gm)].map(
      ([, file = '', line = '', message = '']): CompileError => {
        const isHarness = path === within && file.endsWith('/harness.c');
        return { unit: isHarness ? 'harness.c' : path, line: isHarness ? Number(line) : null, message };
      },
    );
    return errors.length > 0 ? errors : [{ unit: path, line: null, message: 'the compiler failed' }];
  });
}

/** Of the plan's statements and members those that did not compile, with what the compiler said of each. */
export function failingStatements(
  plan: FakePlan,
  harness: string,
  errors: readonly CompileError[],
): ReadonlyMap<string, string> {
  const lines = harness.split('\n');
  const failing = new Map<string, string>();
  for (const { line, message } of errors) {
    const text = line === null ? undefined : lines[line - 1]?.trim();
    if (text === undefined || failing.has(text)) continue;
    const isMember = plan.members.some(({ declaration }) => `${declaration};` === text);
    if (isMember || plan.statements.includes(text)) failing.set(text, message);
  }
  return failing;
}

/** Structures of which the kernel has no definition with this configuration: members that did not compile. */
export function missingStructs(failing: ReadonlyMap<string, string>): ReadonlySet<string> {
  return new Set(
    [...failing.keys()].flatMap((text) => /^(?:struct|union) \w+ (\w+);$/.exec(text)?.[1] ?? []),
  );
}

/** The plan with the statements of `failing` left to the reader. */
export function withoutStatements(plan: FakePlan, failing: ReadonlyMap<string, string>): FakePlan {
  const open = plan.statements.flatMap((text) => {
    const message = failing.get(text);
    return message === undefined
      ? []
      : [`\`${plainComment(text)}\` was meant, and does not compile: ${message.replaceAll('*/', '* /')}`];
  });
  return {
    ...plan,
    statements: plan.statements.filter((text) => !failing.has(text)),
    open: [...plan.open, ...open],
  };
}

/** Text that can stand in a comment. */
function plainComment(text: string): string {
  return text.replace(/ ?\/\*.*\*\/$/, '').replaceAll('*/', '* /');
}
