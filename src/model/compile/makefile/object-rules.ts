// How the kernel's makefiles have one file compiled (scripts/Makefile.lib and scripts/Makefile.build, v6.12): the
// flags of its folder and its own, the module it belongs to, and whether KCSAN looks at it.
import { dirname, normalize } from 'node:path/posix';
import { evaluateMakefile, type MakeVariables } from './evaluate.js';

export interface ObjectRules {
  /** `-I`, `-D`, `-U` and `-include` of the makefiles; paths of the tree start with the given root. */
  readonly flags: readonly string[];
  /** `KBUILD_MODNAME` before its dashes are replaced: the module that the object is linked into. */
  readonly module: string;
  /** False for `KCSAN_SANITIZE := n` and its forms. */
  readonly instrumented: boolean;
  /** False when the makefile mentions the object only under configuration symbols that are not set. */
  readonly built: boolean;
}

export interface TreeFiles {
  /** The text of a file by its path in the tree; `null` when there is none. */
  readonly read: (path: string) => string | null;
  /** Names of the folders in a folder of the tree. */
  readonly folders: (path: string) => readonly string[];
}

/**
 * @param source path of a .c file in the tree
 * @param configuration `CONFIG_X` to its value in a `.config`
 * @param root what to write for the top of the tree
 */
export function objectRules(
  source: string,
  configuration: ReadonlyMap<string, string>,
  files: TreeFiles,
  root: string,
): ObjectRules {
  const folder = dirname(source);
  const stem = source.slice(folder.length + 1).replace(/\.c$/, '');
  const variables = folderVariables(folder, configuration, files, root);
  const own = owner(folder, stem, configuration, files, root);
  const ownVariables = own.variables;
  const subdirectoryFlags: string[] = [];
  for (let at = folder; at !== '.' && at !== ''; at = dirname(at)) {
    const here = at === folder ? variables : folderVariables(at, configuration, files, root);
    subdirectoryFlags.unshift(here.get('subdir-ccflags-y') ?? '');
  }
  const get = (name: string) => ownVariables.get(name) ?? '';
  if (own.object.startsWith('..')) subdirectoryFlags.push(own.variables.get('subdir-ccflags-y') ?? '');
  const text = [...subdirectoryFlags, get('ccflags-y'), get('EXTRA_CFLAGS'), get(`CFLAGS_${own.object}`)];
  if (own.folder !== folder) text.push(variables.get('ccflags-y') ?? '');
  const removed = new Set(get(`CFLAGS_REMOVE_${own.object}`).split(/\s+/));
  const sanitize =
    ownVariables.get(`KCSAN_SANITIZE_${own.object}`) ?? ownVariables.get('KCSAN_SANITIZE') ?? 'y';
  return {
    flags: wantedFlags(text.join(' '), root).filter((flag) => !removed.has(flag)),
    module: own.module,
    instrumented: sanitize !== 'n',
    built: own.built,
  };
}

interface Owner {
  readonly folder: string;
  /** The object's name as that makefile writes it. */
  readonly object: string;
  readonly variables: MakeVariables;
  readonly module: string;
  readonly built: boolean;
}

/** The makefile that lists the object: that of its folder, one further up that reaches down, or one beside these. */
function owner(
  folder: string,
  stem: string,
  configuration: ReadonlyMap<string, string>,
  files: TreeFiles,
  root: string,
): Owner {
  let object = `${stem}.o`;
  let nearest: Owner | null = null;
  const look = (at: string, name: string): Owner | null => {
    const variables = folderVariables(at, configuration, files, root);
    const found = listing(variables, name);
    nearest ??= { folder: at, object: name, variables, module: stem, built: false };
    return found === null ? null : { folder: at, object: name, variables, ...found };
  };
  for (let at = folder; at !== '.' && at !== '/'; at = dirname(at)) {
    const found = look(at, object);
    if (found !== null) return found;
    // drivers/gpu/drm/amd/amdgpu/Makefile lists `../display/dc/core/dc.o`.
    for (const name of files.folders(at)) {
      const beside = `${at}/${name}`;
      if (folder.startsWith(`${beside}/`) || folder === beside) continue;
      if (!makefileText(beside, files)?.includes('..')) continue;
      const reaching = look(beside, `../${object}`);
      if (reaching !== null) return reaching;
    }
    object = `${at.slice(dirname(at).length + 1)}/${object}`;
  }
  return nearest ?? { folder, object, variables: new Map(), module: stem, built: false };
}

function listing(
  variables: MakeVariables,
  object: string,
): { readonly module: string; readonly built: boolean } | null {
  const lists = (value: string) =>
    value.split(/\s+/).some((word) => word === object || normalize(word) === object);
  let unbuilt: string | null = null;
  for (const [name, value] of variables) {
    if (!/[-](objs|y|m|n|)$/.test(name) || !lists(value)) continue;
    const composite = /^(.+)-(objs|y|m)$/.exec(name);
    if (composite === null) {
      const absent = /^(.+)-n?$/.exec(name)?.[1];
      if (absent !== undefined) unbuilt = absent;
      continue;
    }
    const [, target = '', list = ''] = composite;
    const module = target === 'obj' || target === 'lib' ? object : target;
    const name_ = module.replace(/^.*\//, '').replace(/\.o$/, '');
    if (target === 'obj' || target === 'lib') return { module: name_, built: true };
    const parent = listing(variables, `${target}.o`);
    return { module: name_, built: (parent?.built ?? true) && list !== '' };
  }
  if (unbuilt === null) return null;
  const target = unbuilt === 'obj' || unbuilt === 'lib' ? object : unbuilt;
  return { module: target.replace(/^.*\//, '').replace(/\.o$/, ''), built: false };
}

function makefileText(folder: string, files: TreeFiles): string | null {
  return files.read(`${folder}/Kbuild`) ?? files.read(`${folder}/Makefile`);
}

function folderVariables(
  folder: string,
  configuration: ReadonlyMap<string, string>,
  files: TreeFiles,
  root: string,
): MakeVariables {
  const text = makefileText(folder, files);
  if (text === null) return new Map();
  const variables = new Map(configuration);
  variables.set('srctree', root);
  variables.set('objtree', root);
  variables.set('src', `${root}/${folder}`);
  variables.set('obj', `${root}/${folder}`);
  variables.set('srcroot', root);
  variables.set('SRCARCH', 'wasm32');
  variables.set('ARCH', 'wasm32');
  variables.set('CONFIG_SHELL', 'sh');
  return evaluateMakefile(text, {
    variables,
    include: (path) =>
      files.read(normalize(path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path)),
  });
}

/**
 * Of all flags those that change what the source says. `$(srctree)/$(src)` is right where `$(src)` is relative to the
 * tree's top, as it was up to 6.10; since then it begins with `$(srctree)` itself. Here it always does.
 */
function wantedFlags(text: string, root: string): string[] {
  const words = shellWords(text.replaceAll(`${root}/${root}`, root));
  const flags: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const pair = /^(-I|-D|-U|-include|-iquote|-isystem)$/.exec(word);
    if (pair !== null) {
      at += 1;
      const value = words[at] ?? '';
      if (word === '-include') flags.push(word, value);
      else flags.push(`${word}${value}`);
    } else if (/^-[IDU]./.test(word)) flags.push(word);
  }
  return flags;
}

function shellWords(text: string): string[] {
  return [...text.matchAll(/(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)|[^\s"'\\])+/g)].map((match) =>
    match[0].replace(
      /"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/g,
      (_, double?: string, single?: string, one?: string) =>
        double !== undefined ? double.replace(/\\(.)/g, '$1') : (single ?? one ?? ''),
    ),
  );
}
