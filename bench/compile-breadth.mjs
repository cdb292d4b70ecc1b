// How much of the kernel compiles for the model machine: of files picked at random, with a fixed seed, from those that
// an x86-64 build of the tree compiles, the share that compiles unmodified, and what stopped the rest.
//
//     npm run bench:compile-breadth -- TREE [--files 200] [--seed 1] [--config FILE | --all] [--compiler packaged]
//
// The population is computed from the tree's own Kconfig and makefiles: with the tree's x86_64_defconfig, a .config
// that you name, or everything that can be switched on (--all). Files below arch/ are not in it: the model machine
// is an architecture of its own.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { evaluateKconfig, parseKconfig } from '../dist/kconfig/index.js';
import { findModelCompiler, tryCompileModel } from '../dist/model/compile/index.js';
import { evaluateMakefile } from '../dist/model/compile/makefile/index.js';
import { openTree } from '../dist/tree/index.js';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    files: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    config: { type: 'string' },
    all: { type: 'boolean', default: false },
    compiler: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});
const spec = positionals[0] ?? process.env.MILLRACE_TREE;
if (spec === undefined) {
  console.error('Give a kernel tree, or set MILLRACE_TREE.');
  process.exit(2);
}
const tree = await openTree(spec);
const read = (path) => {
  const file = join(tree.path, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
};

const topFolders = [
  'init',
  'kernel',
  'mm',
  'fs',
  'ipc',
  'security',
  'crypto',
  'block',
  'io_uring',
  'lib',
  'drivers',
];
topFolders.push('sound', 'net', 'virt');

function x86Configuration() {
  const environment = { ARCH: 'x86', SRCARCH: 'x86', KERNELVERSION: tree.version, srctree: tree.path };
  const symbols = parseKconfig('Kconfig', read, { ...environment, CC: 'clang', LD: 'ld.lld' });
  if (options.all) {
    // allyesconfig, but for what no build has on at once with KCSAN.
    const off = new Set(['KASAN', 'KMSAN', 'KCSAN', 'COMPILE_TEST', 'RUST', 'WERROR', 'GCOV_KERNEL']);
    const user = new Map([...symbols.keys()].map((name) => [name, off.has(name) ? 'n' : 'y']));
    return { values: evaluateKconfig(symbols, user), fragment: user };
  }
  const text = options.config
    ? readFileSync(options.config, 'utf8')
    : read('arch/x86/configs/x86_64_defconfig');
  const fragment = new Map();
  for (const line of text.split('\n')) {
    const set = /^CONFIG_(\w+)=(.*)$/.exec(line);
    const unset = /^# CONFIG_(\w+) is not set$/.exec(line);
    if (set) fragment.set(set[1], set[2]);
    else if (unset) fragment.set(unset[1], 'n');
  }
  return { values: evaluateKconfig(symbols, fragment), fragment };
}

/** Every .c file that the makefiles below `folder` would compile. */
function* sourcesOf(folder, variables) {
  const text = read(`${folder}/Kbuild`) ?? read(`${folder}/Makefile`);
  if (text === null) return;
  const own = new Map([
    ...variables,
    ['src', folder],
    ['obj', folder],
    ['srctree', '.'],
    ['SRCARCH', 'x86'],
    ['BITS', '64'],
  ]);
  const made = evaluateMakefile(text, {
    variables: own,
    include: (path) => read(path.replace(/^\.\//, '')) ?? read(`${folder}/${path}`),
  });
  const list = (name) => (made.get(name) ?? '').split(/\s+/).filter(Boolean);
  const seen = new Set();
  const queue = ['obj-y', 'obj-m', 'lib-y', 'lib-m'].flatMap(list);
  for (const object of queue) {
    if (seen.has(object)) continue;
    seen.add(object);
    if (object.endsWith('/')) yield* sourcesOf(join(folder, object).replace(/\/$/, ''), variables);
    else if (object.endsWith('.o')) {
      const stem = object.slice(0, -2);
      const source = join(folder, `${stem}.c`);
      if (existsSync(join(tree.path, source))) yield source;
      else queue.push(...['-y', '-objs', '-m'].flatMap((suffix) => list(stem + suffix)));
    }
  }
}

/** A generator of numbers in [0, 1) that is the same everywhere (mulberry32). */
function randomNumbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}

const { values, fragment } = x86Configuration();
const variables = new Map();
for (const [name, { value }] of values) if (value !== 'n') variables.set(`CONFIG_${name}`, value);
const population = [...new Set(topFolders.flatMap((folder) => [...sourcesOf(folder, variables)]))].sort();
const random = randomNumbers(Number(options.seed));
const picked = [];
const left = [...population];
while (picked.length < Number(options.files) && left.length > 0)
  picked.push(left.splice(Math.floor(random() * left.length), 1)[0]);
picked.sort((a, b) => dirname(a).localeCompare(dirname(b)));

const compiler = await findModelCompiler(options.compiler ? { prefer: options.compiler } : {});
console.log(
  `${tree.spec}: ${tree.version}; ${population.length} files in an x86-64 build, ${picked.length} picked`,
);
console.log(`seed ${options.seed}, ${compiler.name}`);
const start = performance.now();
const { outcomes } = await tryCompileModel({
  tree,
  fragment,
  units: picked.map((path) => ({ kind: 'source', path })),
  compiler,
});
const failed = outcomes.filter((outcome) => 'diagnostics' in outcome);
const share = ((outcomes.length - failed.length) / outcomes.length) * 100;
console.log(
  `${outcomes.length - failed.length} of ${outcomes.length} compile: ${share.toFixed(1)} % ` +
    `(${((performance.now() - start) / 1000).toFixed(0)} s)`,
);
for (const { unit, diagnostics } of failed) {
  const first = diagnostics.split('\n').find((line) => /error:/.test(line)) ?? diagnostics.split('\n')[0];
  console.log(`  ${unit.path}\n    ${first.replaceAll('/millrace/tree/', '')}`);
  if (options.verbose) console.log(diagnostics);
}
process.exitCode = share >= 90 ? 0 : 1;
