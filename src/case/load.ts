// A case folder, loaded and checked as far as it can be without a kernel tree.
import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { displayPath, InputErrors, inputError, type MillraceError } from '../base/index.js';
import { hasWord, withoutComments } from '../c-syntax/index.js';
import { readCaseFile } from './case-file.js';
import { checkFixPatch } from './fix-patch.js';
import { checkFragment } from './fragment.js';
import { collectProblems } from './problems.js';
import { type CaseFile, caseFileSchema, caseJsonSchema, expectedKinds } from './schema.js';
import { problemsOf } from './schema-problems.js';
import type { Case, CaseTest, ExpectedFinding, ExpectedKind } from './types.js';
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
  const problems: MillraceError[] = [...duplicates(file, document), ...outsideSources(file, document)];
  const read = (name: string, path: ValuePath) =>
    collectProblems(problems, () => readCaseFile(folder, name, document.locate(path)));

  const names = programNames(file);
  problems.push(...halfDevice(file, document));
  const harness = await read(names.sides, [names.user === null ? 'harness' : 'user']);
  if (harness !== null) problems.push(...missingFromProgram(harness, names.sides, file, document));
  if (names.harness !== names.sides) await read(names.harness, ['harness']);
  if (file.device !== undefined) await read(file.device, ['device']);
  const kunitconfig = await read(file.kunitconfig, ['kunitconfig']);
  if (kunitconfig !== null)
    await collectProblems(problems, async () => checkFragment(kunitconfig, join(folder, file.kunitconfig)));
  for (const [index, fix] of file.fixes.entries()) {
    const patch = await read(fix.patch, ['fixes', index, 'patch']);
    if (patch !== null)
      await collectProblems(problems, async () =>
        checkFixPatch(patch, join(folder, fix.patch), file.sources),
      );
  }
  const { undo } = file;
  if (undo !== undefined) {
    const patch = await read(undo, ['undo']);
    if (patch !== null)
      await collectProblems(problems, async () => checkFixPatch(patch, join(folder, undo), file.sources));
  }
  if (problems.length > 0) throw caseErrors(folder, problems);
  return {
    name: basename(folder),
    directory: folder,
    title: file.title,
    description: file.description,
    sources: file.sources,
    expose: file.expose,
    within: file.within,
    undo: file.undo === undefined ? undefined : join(folder, file.undo),
    harness: join(folder, names.harness),
    kunitconfig: join(folder, file.kunitconfig),
    suite: file.suite,
    tests: file.tests.map(({ races, expect, ...rest }) => ({
      ...rest,
      races: races.map((functions) => ({ functions })),
      ...expectationsOf(expect ?? []),
    })),
    fixes: file.fixes.map((fix) => ({ ...fix, patch: join(folder, fix.patch) })),
    assumptions: file.assumptions,
    kernel: file.kernel,
    device: deviceOf(folder, file),
  };
}

/** The files that set sides against each other; `sides` is the one that has the suite and the tests. */
function programNames(file: CaseFile) {
  const user = file.device === undefined ? null : (file.user ?? 'user.c');
  const harness = file.harness ?? user ?? 'harness.c';
  return { harness, user, sides: user ?? harness };
}

function deviceOf(folder: string, file: CaseFile): Case['device'] {
  const { user } = programNames(file);
  if (file.device === undefined || user === null) return undefined;
  return { description: join(folder, file.device), user: join(folder, user) };
}

function halfDevice(file: CaseFile, document: YamlDocument): readonly MillraceError[] {
  if (file.user === undefined || file.device !== undefined) return [];
  return [
    inputError('`user` names a program for the guest, and there is no `device`', {
      at: document.locate(['user']),
      hint: 'Add `device: device.yaml`, or use a harness.',
    }),
  ];
}

type WrittenExpectation = NonNullable<CaseFile['tests'][number]['expect']>[number];

/** Kinds of findings apart from functions to reach; those that findings name are to be reached too. */
function expectationsOf(written: readonly WrittenExpectation[]): Pick<CaseTest, 'expect' | 'findings'> {
  const isKind = (text: string): text is ExpectedKind => expectedKinds.some((kind) => kind === text);
  const findings = written.flatMap((one): ExpectedFinding[] => {
    if (typeof one !== 'string') return [{ kind: one.kind, functions: one.in }];
    return isKind(one) ? [{ kind: one, functions: [] }] : [];
  });
  const plain = written.filter((one) => typeof one === 'string' && !isKind(one)) as string[];
  const functions = [...new Set([...plain, ...findings.flatMap((one) => one.functions)])];
  return {
    ...(functions.length === 0 ? {} : { expect: functions }),
    ...(findings.length === 0 ? {} : { findings }),
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
      parsed.error.issues.flatMap((issue) =>
        problemsOf(issue, document, { what: 'a case', jsonSchema: caseJsonSchema() }),
      ),
    );
  return { file: parsed.data, document };
}

function caseErrors(folder: string, problems: readonly MillraceError[]): InputErrors {
  return new InputErrors(`the case ${displayPath(folder)} cannot be used as it is`, inFileOrder(problems));
}

/** The case.yaml's own problems by their place, then those of the other files. */
function inFileOrder(problems: readonly MillraceError[]): readonly MillraceError[] {
  const rank = ({ at }: MillraceError) =>
    at?.file.endsWith(caseFileName) ? (at.line ?? 0) * 10_000 + (at.column ?? 0) : Number.MAX_SAFE_INTEGER;
  return [...problems].sort((a, b) => rank(a) - rank(b));
}

function duplicates(file: CaseFile, document: YamlDocument): readonly MillraceError[] {
  type Named = readonly [name: string, path: ValuePath];
  const lists: Readonly<Record<string, readonly Named[]>> = {
    source: file.sources.map((name, i) => [name, ['sources', i]]),
    // One program holds them all, so that two files cannot expose functions of one name.
    'exposed function': Object.entries(file.expose).flatMap(([source, names]) =>
      names.map((name, i): Named => [name, ['expose', source, i]]),
    ),
    test: file.tests.map(({ name }, i) => [name, ['tests', i, 'name']]),
    fix: file.fixes.map(({ name }, i) => [name, ['fixes', i, 'name']]),
  };
  return Object.entries(lists).flatMap(([what, list]) => {
    const seen = new Map<string, ValuePath>();
    return list.flatMap(([name, path]) => {
      const first = seen.get(name);
      if (first === undefined) {
        seen.set(name, path);
        return [];
      }
      return [
        inputError(`the ${what} "${name}" is there already, in line ${document.locate(first).line}`, {
          at: document.locate(path),
          hint: 'Remove one, or give it another name.',
        }),
      ];
    });
  });
}

function outsideSources(file: CaseFile, document: YamlDocument): readonly MillraceError[] {
  const named = [
    ...Object.keys(file.expose).map((source) => ({ source, path: ['expose', source] })),
    ...(file.within === undefined ? [] : [{ source: file.within, path: ['within'] }]),
  ];
  return named
    .filter(({ source }) => !file.sources.includes(source))
    .map(({ source, path }) =>
      inputError(`${path[0]} names ${source}, which is not among the sources`, {
        at: document.locate(path),
        hint: `Add ${source} to \`sources\`.`,
      }),
    );
}

function missingFromProgram(
  text: string,
  name: string,
  file: CaseFile,
  document: YamlDocument,
): readonly MillraceError[] {
  const code = withoutComments(text);
  const wanted: readonly (readonly [string, string, ValuePath])[] = [
    ['suite', file.suite, ['suite']],
    ...file.tests.map(({ name }, index) => ['test', name, ['tests', index, 'name']] as const),
  ];
  return wanted
    .filter(([, wantedName]) => !hasWord(code, wantedName))
    .map(([what, wantedName, path]) =>
      inputError(`${name} has no ${what} "${wantedName}"`, {
        at: document.locate(path),
        hint: `Give the ${what} the same name in ${caseFileName} and in ${name}.`,
      }),
    );
}
