// A case folder, loaded and checked as far as it can be without a kernel tree.
import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { displayPath, InputErrors, inputError, MillraceError } from '../base/index.js';
import { parseKunitconfig } from '../kernel/kconfig/index.js';
import { hasWord, withoutComments } from './c-text.js';
import { readCaseFile } from './case-file.js';
import { type CaseFile, caseFileSchema } from './schema.js';
import { problemsOf } from './schema-problems.js';
import type { Case } from './types.js';
import { parseYaml, type ValuePath, type YamlDocument } from './yaml-document.js';

/** The file that makes a folder a case. */
export const caseFileName = 'case.yaml';

/**
 * Loads the case in `directory`. Nothing of it is run.
 * Errors: `input`; everything wrong with the case at once (`InputErrors`), each with file, line and what to do.
 */
export async function loadCase(directory: string): Promise<Case> {
  const folder = resolve(directory);
  const { file, document } = await readCaseYaml(folder);
  const problems: MillraceError[] = duplicates(file, document);
  problems.push(...exposedOutsideSources(file, document));
  const read = (name: string, path: ValuePath) =>
    collect(problems, () => readCaseFile(folder, name, document.locate(path)));

  const harness = await read(file.harness, ['harness']);
  if (harness !== null) problems.push(...missingFromHarness(harness, file, document));
  const kunitconfig = await read(file.kunitconfig, ['kunitconfig']);
  if (kunitconfig !== null)
    await collect(problems, async () => parseKunitconfig(kunitconfig, join(folder, file.kunitconfig)));
  for (const [index, fix] of file.fixes.entries()) {
    const patch = await read(fix.patch, ['fixes', index, 'patch']);
    if (patch !== null && !/^--- .*\n\+\+\+ .*\n@@ /m.test(patch))
      problems.push(
        inputError(`${displayPath(join(folder, fix.patch))} holds no patch`, {
          at: document.locate(['fixes', index, 'patch']),
          hint: 'Make it with `git format-patch` or `git diff` in the kernel tree.',
        }),
      );
  }
  if (problems.length > 0) throw caseErrors(folder, problems);
  return {
    name: basename(folder),
    directory: folder,
    title: file.title,
    description: file.description,
    sources: file.sources,
    expose: file.expose,
    harness: join(folder, file.harness),
    kunitconfig: join(folder, file.kunitconfig),
    suite: file.suite,
    tests: file.tests.map(({ races, ...rest }) => ({
      ...rest,
      races: races.map((functions) => ({ functions })),
    })),
    fixes: file.fixes.map((fix) => ({ ...fix, patch: join(folder, fix.patch) })),
    assumptions: file.assumptions,
    kernel: file.kernel,
  };
}

/** The case.yaml in `folder`, checked against its schema, with the positions of its values. */
export async function readCaseYaml(folder: string): Promise<{ file: CaseFile; document: YamlDocument }> {
  const found = await stat(folder).catch(() => null);
  if (found === null || !found.isDirectory())
    throw inputError(`there is no case folder ${displayPath(folder)}`, {
      hint: 'Name a folder with a case.yaml in it.',
    });
  const path = join(folder, caseFileName);
  const document = parseYaml(await readCaseFile(folder, caseFileName), path);
  if (!('locate' in document)) throw caseErrors(folder, document);
  const parsed = caseFileSchema.safeParse(document.value);
  if (!parsed.success)
    throw caseErrors(
      folder,
      parsed.error.issues.flatMap((issue) => problemsOf(issue, document)),
    );
  return { file: parsed.data, document };
}

function caseErrors(folder: string, problems: readonly MillraceError[]): InputErrors {
  return new InputErrors(`the case ${displayPath(folder)} cannot be used as it is`, problems);
}

async function collect<T>(problems: MillraceError[], work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof InputErrors) problems.push(...error.problems);
    else if (error instanceof MillraceError && error.kind === 'input') problems.push(error);
    else throw error;
    return null;
  }
}

function duplicates(file: CaseFile, document: YamlDocument): MillraceError[] {
  const lists: readonly (readonly [string, readonly ValuePath[], readonly string[]])[] = [
    ['source', file.sources.map((_, i) => ['sources', i]), file.sources],
    ['test', file.tests.map((_, i) => ['tests', i, 'name']), file.tests.map(({ name }) => name)],
    ['fix', file.fixes.map((_, i) => ['fixes', i, 'name']), file.fixes.map(({ name }) => name)],
  ];
  return lists.flatMap(([what, paths, names]) =>
    names.flatMap((name, index) => {
      const first = names.indexOf(name);
      if (first === index) return [];
      const { line } = document.locate(paths[first] ?? []);
      return [
        inputError(`the ${what} "${name}" is there already, in line ${line}`, {
          at: document.locate(paths[index] ?? []),
          hint: 'Remove one, or give it another name.',
        }),
      ];
    }),
  );
}

function exposedOutsideSources(file: CaseFile, document: YamlDocument): readonly MillraceError[] {
  return Object.keys(file.expose)
    .filter((source) => !file.sources.includes(source))
    .map((source) =>
      inputError(`expose names ${source}, which is not among the sources`, {
        at: document.locate(['expose', source]),
        hint: `Add ${source} to \`sources\`.`,
      }),
    );
}

function missingFromHarness(
  harness: string,
  file: CaseFile,
  document: YamlDocument,
): readonly MillraceError[] {
  const code = withoutComments(harness);
  const wanted: readonly (readonly [string, string, ValuePath])[] = [
    ['suite', file.suite, ['suite']],
    ...file.tests.map(({ name }, index) => ['test', name, ['tests', index, 'name']] as const),
  ];
  return wanted
    .filter(([, name]) => !hasWord(code, name))
    .map(([what, name, path]) =>
      inputError(`${file.harness} has no ${what} "${name}"`, {
        at: document.locate(path),
        hint: `Give the ${what} the same name in ${caseFileName} and in ${file.harness}.`,
      }),
    );
}
