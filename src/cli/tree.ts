// `millrace tree`: kernel source trees, fetched and found.
import Table from 'cli-table3';
import type { Argv, CommandModule } from 'yargs';
import { inputError, printableText, safeJson } from '../base/index.js';
import {
  type CachedTree,
  cachedTrees,
  findTree,
  openTree,
  type RemoteKernel,
  remoteKernels,
} from '../tree/index.js';
import { interruptible } from './interrupt.js';
import { jsonOption, quietOption } from './options.js';
import { terminalProgress } from './progress.js';

interface GetArguments {
  spec: string;
  update: boolean;
  quiet: boolean;
}

const get: CommandModule<object, GetArguments> = {
  command: 'get <spec>',
  describe: 'Fetch a tree unless it is there, and print its path',
  builder: (yargs) =>
    spec(yargs)
      .option('update', {
        type: 'boolean',
        default: false,
        describe: 'Ask Debian for a newer one even when one of the series is there',
      })
      .option('quiet', quietOption)
      .example('$0 tree get debian:6.12', 'Debian’s newest 6.12, with apt, as any user')
      .example('$0 tree get debian:6.12.117-1~deb12u1', 'Exactly this one')
      .example('$0 tree get debian:5.10', 'An older or newer one, of any of Debian’s suites')
      .example('$0 tree get debian:newest', 'The newest that Debian has')
      .example('$0 tree get linux-6.15.tar.xz', 'A tarball from kernel.org'),
  handler: async ({ spec, update, quiet }) => {
    const progress = terminalProgress(quiet);
    const tree = await interruptible((signal) => openTree(spec, { signal, progress, update }));
    process.stdout.write(`${tree.path}\n`);
  },
};

interface ListArguments {
  json: boolean;
  remote: boolean;
  quiet: boolean;
}

const list: CommandModule<object, ListArguments> = {
  command: 'list',
  describe: 'List the trees that were fetched, or with --remote those that Debian has',
  builder: (yargs) =>
    yargs
      .option('remote', { type: 'boolean', default: false, describe: 'What Debian has, in all its suites' })
      .option('json', jsonOption())
      .option('quiet', quietOption)
      .example('$0 tree list --remote', 'What can stand behind debian:'),
  handler: async ({ json, remote, quiet }) => {
    if (remote) {
      const progress = terminalProgress(quiet);
      const kernels = await interruptible((signal) => remoteKernels({ signal, progress }));
      process.stdout.write(`${json ? safeJson({ kernels }, 2) : printableText(remoteTable(kernels))}\n`);
      return;
    }
    const trees = await cachedTrees();
    if (json) process.stdout.write(`${safeJson({ trees }, 2)}\n`);
    else if (trees.length === 0)
      process.stderr.write('No tree was fetched yet: `millrace tree get debian:6.12` fetches one.\n');
    else process.stdout.write(`${printableText(table(trees))}\n`);
  },
};

function table(trees: readonly CachedTree[]): string {
  const lines = trees.map(({ version, spec, fetched, path }) => [version, spec, fetched.slice(0, 10), path]);
  return plainTable(['VERSION', 'TREE', 'FETCHED', 'PATH'], lines);
}

/** The newest of each series; JSON has them all. */
function remoteTable(kernels: readonly RemoteKernel[]): string {
  const newest = kernels.filter(
    ({ series }, index) => kernels.findIndex((other) => other.series === series) === index,
  );
  return plainTable(
    ['TREE', 'NEWEST', 'SUITE'],
    newest.map(({ series, version, suite }) => [`debian:${series}`, version, suite]),
  );
}

function plainTable(head: string[], lines: readonly string[][]): string {
  const none = { top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '' };
  const sides = { 'bottom-left': '', 'bottom-right': '', left: '', 'left-mid': '', mid: '', 'mid-mid': '' };
  const rows = new Table({
    head,
    chars: { ...none, ...sides, right: '', 'right-mid': '', middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  rows.push(...lines);
  return rows.toString().replace(/ +$/gm, '');
}

interface PathArguments {
  spec: string;
}

const path: CommandModule<object, PathArguments> = {
  command: 'path <spec>',
  describe: 'Print the path of a tree that is there, without fetching it',
  builder: (yargs) =>
    spec(yargs).example('cd "$($0 tree path debian:6.12)"', 'Go to the tree that runs with it use'),
  handler: async ({ spec }) => {
    const tree = await findTree(spec);
    if (tree === null)
      throw inputError(`${spec} was not fetched yet`, {
        hint: `Fetch it with \`millrace tree get ${spec}\`.`,
      });
    process.stdout.write(`${tree.path}\n`);
  },
};

function spec<T>(yargs: Argv<T>): Argv<T & { spec: string }> {
  return yargs.positional('spec', {
    type: 'string',
    demandOption: true,
    describe: 'Path of a tree or git checkout, debian:VERSION or debian:newest, or a kernel tarball',
  });
}

export const treeCommand: CommandModule<object, object> = {
  builder: (yargs) =>
    yargs.command(get).command(list).command(path).demandCommand(1, 'Name one of get, list, path.'),
  handler: () => {},
};
