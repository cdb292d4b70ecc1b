// The kunitconfig of a new case: the symbols that build its sources, found backwards through the makefiles, with what
// Kconfig wants for them, and KCSAN at its strictest.
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { evaluateKconfig, parseKconfig, settingsFor } from '../kconfig/index.js';
import { wholeFragment } from '../kernel/index.js';
import { evaluateMakefile, type MakeVariables } from '../model/compile/makefile/index.js';
import type { TreeSource } from './tree-source.js';

export interface BuildSettings {
  /** Settings in order, without `CONFIG_`. */
  readonly settings: ReadonlyMap<string, 'y' | 'n'>;
  /** What is not known to be built with them, a sentence each. */
  readonly problems: readonly string[];
}

/** KCSAN as strict as it gets, as the report that Millrace was made for sets it (lib/Kconfig.kcsan, v6.12). */
const strict = `# KCSAN, as strict as it gets.
CONFIG_KCSAN=y
CONFIG_KCSAN_STRICT=y
CONFIG_KCSAN_INTERRUPT_WATCHER=y
CONFIG_KCSAN_REPORT_ONCE_IN_MS=0
CONFIG_KCSAN_SKIP_WATCH=100
# CONFIG_KCSAN_SKIP_WATCH_RANDOMIZE is not set
CONFIG_KCSAN_UDELAY_TASK=200
CONFIG_KCSAN_UDELAY_INTERRUPT=100
# CONFIG_KCSAN_DELAY_RANDOMIZE is not set
`;

export function kunitconfigText({ settings }: BuildSettings): string {
  const lines = [...settings].map(([name, value]) =>
    value === 'y' ? `CONFIG_${name}=y\n` : `# CONFIG_${name} is not set\n`,
  );
  return `${lines.length === 0 ? '' : `# What builds the sources.\n${lines.join('')}`}${strict}`;
}

/** Errors: `input` when the tree's Kconfig cannot be read. */
export function buildSettings(source: TreeSource, files: readonly string[]): BuildSettings {
  const problems: string[] = [];
  const wanted = new Set<string>();
  for (const file of files) {
    const symbols = symbolsOf(source, file);
    if (symbols === null)
      problems.push(`No makefile on the way to ${file} names it: what builds it is not known.`);
    else for (const symbol of symbols) wanted.add(symbol);
  }
  if (wanted.size === 0) return { settings: new Map(), problems };
  const { path, version } = source.tree;
  if (!existsSync(join(path, 'Kconfig')))
    return {
      settings: new Map([...wanted].map((name) => [name, 'y'])),
      problems: [...problems, 'The tree has no Kconfig: what the symbols depend on is not known.'],
    };
  const read = (name: string) =>
    existsSync(join(path, name)) ? readFileSync(join(path, name), 'utf8') : null;
  const environment = { ARCH: 'x86', SRCARCH: 'x86', KERNELVERSION: version, srctree: path };
  const symbols = parseKconfig('Kconfig', read, {
    ...environment,
    CC: 'clang',
    LD: 'ld.lld',
    CC_VERSION_TEXT: 'clang',
  });
  const engine = wholeFragment({ cpus: 8, lockdep: false }, []);
  const base = new Map(engine.map(({ symbol, value }) => [symbol.replace(/^CONFIG_/, ''), value]));
  const always = evaluateKconfig(symbols, base, 'no');
  const asked = [...wanted].filter((name) => symbols.has(name) && always.get(name)?.value !== 'y');
  const { settings, unmet } = settingsFor(symbols, asked, base);
  for (const name of [...wanted].filter((one) => !symbols.has(one)))
    problems.push(`CONFIG_${name}, which a makefile names, is not in the tree's Kconfig for x86-64.`);
  for (const name of unmet)
    problems.push(`CONFIG_${name} is needed, and no settings were found that make it y: see its Kconfig.`);
  return { settings, problems };
}

/** The CONFIG symbols on the way from the top makefile down to the object; null where the way is lost. */
function symbolsOf(source: TreeSource, file: string): readonly string[] | null {
  const found: string[] = [];
  let target = `${posix.basename(file, '.c')}.o`;
  let folder = posix.dirname(file);
  let isFile = true;
  for (;;) {
    const inFolder = (name: string) => source.read(posix.join(folder, name));
    const text = inFolder('Kbuild') ?? inFolder('Makefile');
    const listed = text === null ? null : listedBy(withSymbols(source, folder, text), target);
    if (listed !== null) {
      found.unshift(...listed);
      target = `${posix.basename(folder)}/`;
      isFile = false;
    } else {
      // A makefile further up may reach down: `obj-y += sub/file.o`.
      target = `${posix.basename(folder)}/${target}`;
    }
    if (folder === '.') break;
    folder = posix.dirname(folder);
  }
  return isFile ? null : [...new Set(found)];
}

const marked = /@(\w+)@/g;

/** A makefile's variables with each `$(CONFIG_X)` as `@X@`. */
function withSymbols(source: TreeSource, folder: string, text: string): MakeVariables {
  const variables = new Map(
    [...text.matchAll(/CONFIG_(\w+)/g)].map(([name, symbol = '']) => [name, `@${symbol}@`]),
  );
  for (const [name, value] of Object.entries({
    srctree: '.',
    objtree: '.',
    src: folder,
    obj: folder,
    SRCARCH: 'x86',
  }))
    variables.set(name, value);
  // Every symbol is on as far as conditionals go.
  const taken = text.replace(/^(\s*)ifeq\s*\(\$\((CONFIG_\w+)\)\s*,\s*[ym]\s*\)/gm, '$1ifdef $2');
  return evaluateMakefile(taken, { variables, include: (path) => source.read(posix.normalize(path)) });
}

/** Symbols that have to be on for `target` to be among what is built; null when nothing lists it. */
function listedBy(variables: MakeVariables, target: string, depth = 0): readonly string[] | null {
  let best: readonly string[] | null = null;
  for (const [name, value] of variables) {
    const match = /^(.+?)-((?:objs|y|m|@\w+@|[@\w]+)*)$/.exec(name);
    if (match === null || !value.split(/\s+/).includes(target)) continue;
    const [, stem = '', list = ''] = match;
    if (/^(?:ccflags|asflags|CFLAGS|subdir|KCSAN|KASAN|always|targets|clean|hostprogs)/.test(stem)) continue;
    const own = [...list.matchAll(marked)].map((one) => one[1] ?? '');
    const isTop = stem === 'obj' || stem === 'lib';
    const above = isTop || depth > 3 ? [] : listedBy(variables, `${stem}.o`, depth + 1);
    if (above === null) continue;
    const all = [...above, ...own];
    if (best === null || all.length < best.length) best = all;
  }
  return best;
}
