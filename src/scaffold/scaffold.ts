// A new case: from a report, or from two functions, and a tree.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, posix, resolve } from 'node:path';
import { displayPath, inputError, MillraceError, type Progress, silentProgress } from '../base/index.js';
import { functionsOf } from '../c-syntax/index.js';
import type { Todo } from '../case/index.js';
import { loadCase } from '../case/index.js';
import { objectRules } from '../model/compile/makefile/index.js';
import type { KernelReport, RaceReport } from '../report/index.js';
import type { Tree } from '../tree/index.js';
import { type CScope, openScope } from './c-scope.js';
import { readme } from './case-text.js';
import { checkedDraft, type Draft, draftCase } from './draft.js';
import type { HarnessSide, HarnessSides } from './harness.js';
import { reachOf } from './reach.js';
import type { FindFunction } from './reach-walk.js';
import type { SideContext } from './registrations.js';
import { nearFiles, type Side, sideNamed, sidesOf } from './sides.js';
import { type TeardownSides, teardownSides } from './teardown.js';
import { isTreePath, openTreeSource, type TreeSource } from './tree-source.js';

export interface ScaffoldRequest {
  readonly tree: Pick<Tree, 'path' | 'version' | 'spec'>;
  /** Of the case: its folder's name. Made of the functions when null. */
  readonly name: string | null;
  /** Where the case's folder is made. */
  readonly parent: string;
  /** What the case is made from: a report, or two functions and the files that define them, by path in the tree. */
  readonly from:
    | { readonly kind: 'report'; readonly report: RaceReport | KernelReport }
    | {
        readonly kind: 'functions';
        readonly writer: string;
        readonly reader: string;
        readonly sources: readonly string[];
      }
    /** A file of the tree: what takes its device away against all that it sets up. */
    | { readonly kind: 'teardown'; readonly source: string };
  /** The tree again, for a case that is to be compiled and mended; null to leave it as it comes. */
  readonly compileIn: Tree | null;
  readonly progress?: Progress;
  readonly signal?: AbortSignal | undefined;
}

export interface Scaffold {
  readonly name: string;
  /** Absolute path. */
  readonly directory: string;
  /** Of the case, by their names. */
  readonly files: readonly string[];
  readonly sources: readonly string[];
  readonly sides: readonly {
    readonly racing: string;
    readonly entry: string;
    readonly file: string;
    readonly context: Lowercase<SideContext>;
  }[];
  /** Whether the model engine compiles it; null when it was not asked. */
  readonly compiles: boolean | null;
  readonly todos: readonly Todo[];
  /** What was found out in a way that a reader should know, and what could not be, a sentence each. */
  readonly notes: readonly string[];
}

const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
const mostSources = 8;
const calledAsTheyAre =
  'Operations are called as they are: what the core that calls them keeps apart is not part of this case.';

/**
 * Writes the case's folder and gives what is in it.
 * Errors: `input` for a folder that is there already, a report or functions that the tree does not have.
 */
export async function scaffoldCase(request: ScaffoldRequest): Promise<Scaffold> {
  const { from, tree, progress = silentProgress } = request;
  if (request.name !== null) freeDirectory(request.parent, request.name);
  const source = await openTreeSource(tree);
  const {
    sides,
    pairs,
    notes: found,
  } = await progress.step('Find the sides', async () => chosenSides(source, from));
  const title = from.kind === 'teardown' ? `${from.source}: what runs beside its teardown` : titleOf(sides);
  const name = request.name ?? (from.kind === 'teardown' ? teardownName(from.source) : nameFor(sides));
  const directory = freeDirectory(request.parent, name);
  const read = await progress.step(
    'Read what they reach',
    async () => sides.map((side) => readSide(source, side)) as unknown as HarnessSides,
  );
  const first = await progress.step('Find what builds them', async () =>
    draftCase({
      source,
      name,
      title,
      sides: read,
      pairs,
      races: from.kind !== 'teardown',
      assumptions: from.kind === 'teardown' ? [calledAsTheyAre] : [],
      sources: sourcesOf(read),
      failing: new Map(),
      functionFakes: [],
    }),
  );
  const unfinished = await temporaryFolder(directory);
  try {
    const checked = await compiled(first, unfinished, request);
    const { draft } = checked;
    const { todos, sources } = draft;
    const notes = [
      ...found,
      ...sides.flatMap((side) => side.notes),
      ...draft.build.problems,
      ...checked.notes,
    ];
    const report = from.kind === 'report' ? from.report : null;
    const all = new Map([...draft.texts, ['README.md', readme({ ...draft, todos, notes, report, tree })]]);
    for (const [file, text] of all) await writeFile(join(unfinished, file), text);
    await loadCase(unfinished);
    await rename(unfinished, directory);
    return {
      name,
      directory,
      files: [...all.keys()],
      sources,
      sides: sides.map(({ racing, entry, context }) => ({
        racing: racing.name,
        entry: entry.name,
        file: entry.file,
        context: context.toLowerCase() as Lowercase<SideContext>,
      })),
      compiles: checked.compiles,
      todos,
      notes,
    };
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
}

/** A case is of use without a compiler too. */
async function compiled(
  draft: Draft,
  directory: string,
  { compileIn, signal, progress = silentProgress }: ScaffoldRequest,
): Promise<{ readonly draft: Draft; readonly compiles: boolean | null; readonly notes: readonly string[] }> {
  if (compileIn === null) return { draft, compiles: null, notes: [] };
  try {
    return await checkedDraft(draft, { tree: compileIn, directory, progress, signal });
  } catch (error) {
    const isEnvironment = error instanceof MillraceError && error.kind === 'environment';
    // A tree that is not whole lacks files that the headers are made of.
    const isMissingFile = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!isEnvironment && !isMissingFile) throw error;
    return { draft, compiles: null, notes: [`It was not compiled: ${error.message}.`] };
  }
}

function readSide(source: TreeSource, side: Side): HarnessSide {
  const root = source.parse(side.entry.file);
  const entry = root === null ? undefined : functionsOf(root, side.entry.file).get(side.entry.name);
  if (entry === undefined)
    throw inputError(`${side.entry.name}() in ${side.entry.file} could not be read`, {
      hint: 'A macro may stand where the parser knows none. Name another function: --writer F --reader G --source FILE.',
    });
  const scopes = new Map<string, CScope>();
  const scopeOf = (file: string): CScope => {
    const known = scopes.get(file);
    if (known !== undefined) return known;
    const opened = openScope(source, file, includeFolders(source, file));
    scopes.set(file, opened);
    return opened;
  };
  const findFunction: FindFunction = (name, scope) => {
    const own = scope.function(name);
    if (own !== null) return { function: own, scope };
    const file = nearFiles(source, scope.file).find((path) => source.functionNames(path).has(name));
    if (file === undefined) return null;
    const inner = scopeOf(file);
    const found = inner.function(name);
    return found === null || found.isStatic ? null : { function: found, scope: inner };
  };
  const scope = scopeOf(side.entry.file);
  return {
    side,
    scope,
    reach: reachOf(entry, scope, { findFunction, parse: (text) => source.parseText(text) }),
  };
}

function includeFolders(source: TreeSource, file: string): readonly string[] {
  const rules = objectRules(
    file,
    new Map(),
    { read: (path) => source.read(posix.normalize(path)), folders: () => [] },
    '.',
  );
  return rules.flags
    .flatMap((flag) => (flag.startsWith('-I') ? [posix.normalize(flag.slice(2))] : []))
    .filter((folder) => isTreePath(folder));
}

/** The files of both ways to the access, then those of functions that they reach in the same folders. */
function sourcesOf(sides: readonly HarnessSide[]): readonly string[] {
  const isSource = (file: string) => file.endsWith('.c');
  const files = new Set(sides.flatMap(({ side }) => [side.entry.file, ...side.files]).filter(isSource));
  for (const { reach } of sides)
    for (const { file } of reach.functions) {
      if (files.size >= mostSources) break;
      if (isSource(file)) files.add(file);
    }
  return [...files].sort();
}

/** Errors: `input` for a path that is no C file of the tree. */
function treePaths(source: TreeSource, paths: readonly string[]): readonly string[] {
  return paths.map((path) => {
    const inside = path.startsWith(`${source.tree.path}/`) ? path.slice(source.tree.path.length + 1) : path;
    if (!isTreePath(inside) || !inside.endsWith('.c') || source.read(inside) === null)
      throw inputError(`${displayPath(path)} is no .c file of the tree`, {
        hint: 'Give the path from the top of the tree: drivers/foo/bar.c.',
      });
    return inside;
  });
}

function freeDirectory(parent: string, name: string): string {
  if (!namePattern.test(name))
    throw inputError(`'${JSON.stringify(name).slice(1, -1)}' cannot be a case's name`, {
      hint: 'Use letters, digits, ".", "_" and "-", and begin with a letter or a digit.',
    });
  const directory = resolve(parent, name);
  if (existsSync(directory))
    throw inputError(`${displayPath(directory)} is there already`, {
      hint: 'Give the case another name, or remove the folder.',
    });
  return directory;
}

function chosenSides(source: TreeSource, from: ScaffoldRequest['from']): TeardownSides {
  if (from.kind === 'teardown') {
    const [file = ''] = treePaths(source, [from.source]);
    return teardownSides(source, file);
  }
  const sides =
    from.kind === 'report'
      ? sidesOf(source, from.report)
      : ([from.writer, from.reader].map((name) =>
          sideNamed(source, name, treePaths(source, from.sources)),
        ) as [Side, Side]);
  return { sides: [...sides], pairs: [[0, 1]], notes: [] };
}

function teardownName(file: string): string {
  return `${posix.basename(file, '.c').replaceAll('_', '-')}-teardown`;
}

function nameFor([a, b]: TeardownSides['sides']): string {
  const slug = ({ entry }: Side) => entry.name.replace(/^_+/, '').replaceAll('_', '-').slice(0, 45);
  return slug(a) === slug(b) ? slug(a) : `${slug(b)}-vs-${slug(a)}`;
}

function titleOf([a, b]: TeardownSides['sides']): string {
  const same = a.entry.name === b.entry.name;
  return same ? `${a.entry.name}() against itself` : `${b.entry.name}() against ${a.entry.name}()`;
}

/** Beside the folder that it becomes, so that there is the whole or nothing. */
async function temporaryFolder(directory: string): Promise<string> {
  await mkdir(dirname(directory), { recursive: true });
  return mkdtemp(join(dirname(directory), `.${basename(directory)}-`));
}
