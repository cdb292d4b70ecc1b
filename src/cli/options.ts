// Positionals and options that several commands have, said once.
import type { Argv, Options, PositionalOptions } from 'yargs';

export const casePositional = {
  type: 'string',
  demandOption: true,
  describe: 'A case’s folder, or a bundled one’s name',
} as const satisfies PositionalOptions;

const runPositional = {
  type: 'string',
  demandOption: true,
  describe: 'latest, an id that `millrace runs` lists, or the path of a record',
} as const satisfies PositionalOptions;

export const treeOption = {
  type: 'string',
  describe: 'Kernel tree: a path, debian:VERSION, or a tarball',
} as const satisfies Options;

export const compilerOption = {
  choices: ['native', 'packaged'] as const,
  describe: 'Native clang, or the one that comes along; native when there is one',
} satisfies Options;

export const quietOption = {
  type: 'boolean',
  alias: 'q',
  default: false,
  describe: 'Show no progress',
} as const satisfies Options;

export const jobsOption = {
  type: 'number',
  alias: 'j',
  describe: 'Compilers at a time',
} as const satisfies Options;

export const qemuOption = { type: 'string', describe: 'QEMU program' } as const satisfies Options;

export const makeOption = {
  type: 'string',
  array: true,
  nargs: 1,
  describe: 'As kunit.py --make_options: CC=clang-19',
} as const satisfies Options;

export function jsonOption(describe = 'Print JSON') {
  return { type: 'boolean', default: false, describe } as const satisfies Options;
}

/** `<case>` and `--tree`. */
export function caseAndTree<T>(yargs: Argv<T>) {
  return yargs.positional('case', casePositional).option('tree', treeOption);
}

/** `<run>`: a record. */
export function recordedRun<T>(yargs: Argv<T>) {
  return yargs.positional('run', runPositional);
}
