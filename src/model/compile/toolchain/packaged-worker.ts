// The child process that runs the packaged clang, one request after the other. It is started with V8's flags for code
// that runs once: with the optimising compiler left out, a file compiles in half the time.
import { writeFileSync } from 'node:fs';
import { Exit, runLLVM, type Tree } from '@yowasp/clang';
import { addLazyFolder, type FileTree, lazyFolder, type ReadLog } from './lazy-files.js';
import { readPackageWhole } from './packaged-files.js';
import type { PackagedJob, PackagedMessage, PackagedReply, PackagedRequest } from './packaged-protocol.js';
import { type Mounts, mountRoot } from './types.js';

const log: ReadLog = new Set();
/** By mount and real path: files read for one job stay read for the next of the same request. */
const folders = new Map<string, FileTree>();
const driverCommands = new Map<string, readonly string[]>();

interface Outcome {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly files: Tree | undefined;
}

async function runTool(args: readonly string[], files: FileTree): Promise<Outcome> {
  const out: Uint8Array[] = [];
  const errors: Uint8Array[] = [];
  let exitCode = 0;
  let left: Tree | undefined;
  try {
    left = await runLLVM([...args], files, {
      stdout: (bytes) => bytes !== null && out.push(bytes.slice()),
      stderr: (bytes) => bytes !== null && errors.push(bytes.slice()),
      decodeASCII: false,
    });
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
    exitCode = error.code;
  }
  return { exitCode, stdout: Buffer.concat(out), stderr: Buffer.concat(errors).toString(), files: left };
}

/**
 * The cc1 command that the driver would run. The driver is asked once for each set of flags; what changes from file to
 * file, the macros, folders and the source, is put into its answer.
 */
async function cc1Command(job: PackagedJob): Promise<readonly string[]> {
  const isOwn = (argument: string) => /^-[DIU]./.test(argument);
  const source = job.args.at(-1) ?? '';
  const shared = job.args.slice(0, -1).filter((argument) => !isOwn(argument));
  const args = ['clang', '-###', ...shared, job.assembly ? '-S' : '-c', '-o', '-', 'source.c'];
  const key = args.join('\0');
  let command = driverCommands.get(key);
  if (command === undefined) {
    const { stderr } = await runTool(args, { 'source.c': new Uint8Array() });
    const line = stderr.split('\n').find((text) => text.includes('"-cc1"')) ?? '';
    command = [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)]
      .map((match) => (match[1] ?? '').replace(/\\(.)/g, '$1'))
      .filter((argument, index) => index > 0 || argument !== '');
    if (command.at(-1) !== 'source.c') throw new Error(`clang did not say how it would compile: ${stderr}`);
    driverCommands.set(key, command);
  }
  const inputKind = command.lastIndexOf('-x');
  return [...command.slice(0, inputKind), ...job.args.filter(isOwn), ...command.slice(inputKind, -1), source];
}

/** Of the kernel tree only the parts that a job names are shown: walking all of it would take longer than compiling. */
function filesFor(mounts: Mounts, args: readonly string[], wholeTree: boolean): FileTree {
  const root: FileTree = {};
  for (const [name, path] of Object.entries(mounts)) {
    const shown = `${mountRoot}/${name}`;
    const key = `${name}\0${path}`;
    let folder = folders.get(key);
    if (folder === undefined || (wholeTree && name === 'tree')) {
      folder = name === 'tree' && !wholeTree ? {} : lazyFolder(path, shown, log);
      folders.set(key, folder);
    }
    if (name === 'tree' && !wholeTree) {
      for (const below of partsOf(args)) {
        if (!folders.has(`${key}\0${below}`)) {
          folders.set(`${key}\0${below}`, folder);
          addLazyFolder(folder, path, shown, below, log);
        }
      }
    }
    root[name] = folder;
  }
  return { [mountRoot.slice(1)]: root };
}

function partsOf(args: readonly string[]): readonly string[] {
  const parts = new Set(['include']);
  for (const argument of args) {
    const inside = /\/millrace\/tree\/(.+)$/.exec(argument)?.[1];
    if (inside === undefined || inside.startsWith('include')) continue;
    const names = inside.split('/').filter((name) => name !== '.');
    const folderNames = argument.startsWith('-') ? names : names.slice(0, -1);
    if (folderNames.includes('..'))
      parts.add(folderNames.slice(0, Math.max(1, folderNames.indexOf('..') - 1)).join('/'));
    else parts.add(folderNames.slice(0, 2).join('/'));
  }
  return [...parts].filter((part) => part !== '' && part !== 'include').concat('include');
}

async function compile(job: PackagedJob): Promise<PackagedReply> {
  const command = await cc1Command(job);
  log.clear();
  let outcome = await runTool(command, filesFor(job.mounts, job.args, false));
  if (outcome.exitCode !== 0 && /file not found/.test(outcome.stderr))
    outcome = await runTool(command, filesFor(job.mounts, job.args, true));
  if (outcome.exitCode === 0) writeFileSync(job.output, outcome.stdout);
  return {
    index: job.index,
    ok: outcome.exitCode === 0,
    diagnostics: outcome.stderr,
    opened: [...log],
  };
}

async function answer(request: PackagedRequest, reply: (value: PackagedReply) => void): Promise<void> {
  folders.clear();
  if (request.do === 'compile') {
    for (const job of request.jobs) reply(await compile(job));
    return;
  }
  const links = request.tool === 'wasm-ld';
  const args = links ? ['wasm-ld', ...request.args, '-o', '/out'] : [request.tool, ...request.args];
  const outcome = await runTool(args, filesFor(request.mounts, request.args, false));
  const made = links ? outcome.files?.out : outcome.stdout;
  if (made instanceof Uint8Array) writeFileSync(request.output, made);
  reply({ index: 0, ok: outcome.exitCode === 0, diagnostics: outcome.stderr, opened: [] });
}

readPackageWhole();
const loaded = runLLVM(undefined, {}, { fetchProgress: () => {} });

const tell = (message: PackagedMessage) => process.send?.(message);

process.on('message', async (request: PackagedRequest) => {
  await loaded;
  await answer(request, (reply) => tell({ reply }));
  const { user, system } = process.cpuUsage();
  tell({ done: { seconds: (user + system) / 1e6 } });
});
