// A case against a kernel tree: whether the sources are there and define what the case exposes.
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { didYouMean, InputErrors, inputError, type MillraceError } from '../base/index.js';
import { type FunctionDefinition, functionDefinitions } from '../c-syntax/index.js';
import type { Tree } from '../tree/index.js';
import { checkFixPatchAgainstTree } from './fix-patch.js';
import { readCaseYaml } from './load.js';
import { collectProblems } from './problems.js';
import type { Case } from './types.js';
import type { ValuePath } from './yaml-document.js';

/**
 * Checks that each source exists in the tree and defines the functions that the case exposes of it, and that its
 * fixes change no program of the build.
 * Returns remarks for the user: functions that need not be exposed, a sentence each.
 * Errors: `InputErrors`, with the lines of case.yaml.
 */
export async function checkCaseAgainstTree(
  theCase: Case,
  tree: Pick<Tree, 'path' | 'spec'>,
): Promise<readonly string[]> {
  const { document } = await readCaseYaml(theCase.directory);
  const problems: MillraceError[] = [];
  const remarks: string[] = [];
  const complain = (message: string, path: ValuePath, hint: string) =>
    problems.push(inputError(message, { at: document.locate(path), hint }));
  for (const [index, source] of theCase.sources.entries()) {
    const text = await readFile(join(tree.path, source), 'utf8').catch(() => null);
    if (text === null) {
      complain(`${tree.spec} has no ${source}`, ['sources', index], await sourceHint(tree.path, source));
      continue;
    }
    const exposed = theCase.expose[source] ?? [];
    if (exposed.length === 0) continue;
    const definitions = functionDefinitions(text);
    for (const [place, name] of exposed.entries()) {
      const definition = definitions.find((candidate) => candidate.name === name);
      if (definition === undefined)
        complain(
          `${source} of ${tree.spec} defines no function ${name}`,
          ['expose', source, place],
          functionHint(name, definitions),
        );
      else if (!definition.isStatic)
        remarks.push(
          `${name} is not static in ${source}:${definition.line}: the harness can call it without \`expose\`.`,
        );
    }
  }
  const patches = theCase.fixes.map(({ patch }) => patch);
  for (const patch of theCase.undo === undefined ? patches : [theCase.undo, ...patches])
    await collectProblems(problems, () => checkFixPatchAgainstTree(patch, tree.path));
  if (problems.length > 0)
    throw new InputErrors(`the case ${theCase.name} does not fit the tree ${tree.spec}`, problems);
  return remarks;
}

async function sourceHint(tree: string, source: string): Promise<string> {
  const folder = dirname(source);
  const names = await readdir(join(tree, folder)).catch(() => null);
  if (names === null)
    return `There is no folder ${folder} there either: check the path, or use another tree.`;
  const sources = names.filter((name) => name.endsWith('.c'));
  return didYouMean(basename(source), sources) ?? `The C files there are: ${listed(sources)}.`;
}

function functionHint(name: string, definitions: readonly FunctionDefinition[]): string {
  const statics = definitions.filter(({ isStatic }) => isStatic).map((definition) => definition.name);
  return didYouMean(name, statics) ?? `The static functions there are: ${listed(statics)}.`;
}

function listed(names: readonly string[]): string {
  const most = 12;
  if (names.length === 0) return '(none)';
  return names.length <= most
    ? names.join(', ')
    : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
}
