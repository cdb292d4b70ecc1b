// apt with state of its own, so that it works for any user, on a system whose package lists are empty, and changes
// nothing of the system's. It uses the system's sources and keys, or sources that it is given: apt checks signatures of
// lists and hashes of packages.
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import prettyBytes from 'pretty-bytes';
import { environmentError, MillraceError, type RunResult, run, type StepUpdate } from '../base/index.js';
import { fileDigest } from './unpack.js';

export interface Package {
  readonly name: string;
  readonly version: string;
}

export interface Apt {
  /** Folder with apt's lists and what it downloads; one process at a time. */
  readonly directory: string;
  /** A list of sources, in the place of the system's. */
  readonly sources?: string;
  readonly signal?: AbortSignal | undefined;
}

/** `-c FILE` is read last, so that it can take out the system's hooks, which are not meant for this. */
function configuration({ directory, sources }: Apt): string {
  const settings = {
    ...(sources === undefined
      ? {}
      : { 'Dir::Etc::sourcelist': sources, 'Dir::Etc::sourceparts': '/dev/null' }),
    'Dir::State::lists': join(directory, 'lists'),
    'Dir::State::status': '/var/lib/dpkg/status',
    'Dir::Cache': directory,
    'Dir::Cache::archives': join(directory, 'archives'),
    // Kept between calls where there is much to read.
    'Dir::Cache::pkgcache': sources === undefined ? '' : 'pkgcache.bin',
    'Dir::Cache::srcpkgcache': '',
    // As root, apt would otherwise fetch as a user who cannot write to our folder.
    'APT::Sandbox::User': 'root',
    'APT::Update::Error-Mode': 'any',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '2',
    'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled': 'false',
    'Acquire::IndexTargets::deb::DEP-11-icons-small::DefaultEnabled': 'false',
    'Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled': 'false',
  };
  const hooks = ['Pre-Invoke', 'Post-Invoke', 'Post-Invoke-Success'].map((name) => `APT::Update::${name}`);
  return [
    ...hooks.map((name) => `#clear ${name};`),
    ...Object.entries(settings).map(([name, value]) => `${name} "${value}";`),
    '',
  ].join('\n');
}

/** apt downloads into `folder`; what is there complete, it passes over, and does not describe either. */
async function apt(
  program: string,
  args: readonly string[],
  state: Apt,
  folder = state.directory,
): Promise<RunResult> {
  const { directory, signal } = state;
  const file = join(directory, 'apt.conf');
  await mkdir(join(directory, 'lists', 'partial'), { recursive: true });
  await mkdir(join(directory, 'archives', 'partial'), { recursive: true });
  await writeFile(file, configuration(state));
  try {
    // Should this process be killed, apt ends too, and does not write beside its successor.
    const result = await run('setpriv', ['--pdeathsig', 'KILL', program, '-c', file, ...args], {
      cwd: folder,
      env: { LC_ALL: 'C' },
      signal,
    });
    if (result.exitCode === 127) throw noApt(result.stderr);
    return result;
  } catch (error) {
    // Not even setpriv, which every system with apt has.
    if (error instanceof MillraceError && error.kind === 'environment') throw noApt(error);
    throw error;
  }
}

function noApt(cause: unknown): MillraceError {
  return environmentError('debian: trees are fetched with apt, which this system does not have', {
    hint: 'Fetch linux-VERSION.tar.xz from kernel.org, or clone a kernel with git, and give its path.',
    cause,
  });
}

function failed(what: string, result: RunResult, hint: string): MillraceError {
  const complaints = complaintsOf(result);
  return environmentError(what, {
    excerpt: (complaints.length > 0 ? complaints : [result.stderr]).slice(-12).join('\n').trim(),
    hint,
  });
}

function complaintsOf(result: RunResult): string[] {
  return result.stderr.split('\n').filter((line) => /^[EW]: /.test(line));
}

/** Fetches the package lists of the system's sources. Errors: `environment` when any of them fails. */
export async function updateLists(state: Apt): Promise<void> {
  const result = await apt('apt-get', ['update', '-q'], state);
  if (result.exitCode !== 0)
    throw failed(
      'apt could not fetch the package lists',
      result,
      'Check the network and the sources in /etc/apt that apt names, or give the path of a tree or tarball.',
    );
}

/**
 * The same, but a source that cannot be read or verified is only complained of, and has no list.
 * Returns what apt says of those, but for suites that their mirror does not have.
 */
export async function tryUpdateLists(state: Apt): Promise<string> {
  const complaints = complaintsOf(await apt('apt-get', ['update', '-q'], state));
  return complaints.filter((line) => !/does not have a Release file/.test(line)).join('\n');
}

/** Where the sources of `state`, whose lists have been fetched, have Debian's archive, and its security updates. */
export async function debianMirrors(state: Apt): Promise<{ archive?: string; security?: string }> {
  const format = ['--format', '$(REPO_URI)|$(ORIGIN)|$(LABEL)'];
  const { stdout } = await apt('apt-get', ['indextargets', ...format, 'Created-By: Packages'], state);
  const mirrors: { archive?: string; security?: string } = {};
  for (const line of stdout.split('\n')) {
    const [uri = '', origin, label] = line.split('|');
    if (origin === 'Debian' && label === 'Debian') mirrors.archive ??= uri.replace(/\/$/, '');
    if (origin === 'Debian' && label === 'Debian-Security') mirrors.security ??= uri.replace(/\/$/, '');
  }
  return mirrors;
}

export interface ListedPackage extends Package {
  /** The first suite that has it, as `trixie-security`. */
  readonly suite: string;
}

/** All versions of some packages in the lists: package by package, the newest first. */
export async function versionsOf(names: readonly string[], state: Apt): Promise<ListedPackage[]> {
  if (names.length === 0) return [];
  const { stdout } = await apt('apt-cache', ['madison', ...names], state);
  const found = new Map<string, ListedPackage>();
  for (const line of stdout.split('\n')) {
    const [name = '', version, from = ''] = line.split('|').map((part) => part.trim());
    if (!version || !from.endsWith('Packages') || found.has(`${name}=${version}`)) continue;
    // `URI SUITE/COMPONENT ARCHITECTURE Packages`
    const suite = from.split(' ')[1]?.replace(/\/[^/]*$/, '') ?? '';
    found.set(`${name}=${version}`, { name, version, suite });
  }
  return [...found.values()];
}

/** Names of packages in the lists that begin with `prefix`. */
export async function packagesNamed(prefix: string, state: Apt): Promise<string[]> {
  return (await apt('apt-cache', ['pkgnames', prefix], state)).stdout
    .split('\n')
    .filter((name) => name !== '')
    .sort();
}

/**
 * Downloads one package and returns its file and SHA-256. What an earlier, interrupted call got is used.
 * Errors: `environment` when apt fails, or when the file is not what the signed list says it is.
 */
export async function download(
  { name, version }: Package,
  update: StepUpdate,
  state: Apt,
): Promise<{ file: string; digest: string }> {
  const wanted = `${name}=${version}`;
  const hint = 'Check the network and run the command again: what is there is used.';
  const described = await apt('apt-get', ['download', '--print-uris', '-q', wanted], state);
  const [, fileName, bytes, digest] =
    /^'[^']+' (\S+) (\d+) SHA256:([0-9a-f]{64})/m.exec(described.stdout) ?? [];
  if (fileName === undefined || digest === undefined)
    throw failed(`apt has no SHA-256 for ${wanted}`, described, hint);
  const archives = join(state.directory, 'archives');
  const file = join(archives, fileName);
  const size = Number(bytes);
  const isThere = async () =>
    (await sizeOf(file)) === size && (await fileDigest(file, state.signal)) === digest;
  if (await isThere()) {
    update(`${prettyBytes(size)}, there already`, 1);
    return { file, digest };
  }

  const timer = setInterval(async () => {
    const got = await sizeOf(file);
    update(`${prettyBytes(got)} of ${prettyBytes(size)}`, Math.min(1, got / size));
  }, 200);
  try {
    const result = await apt('apt-get', ['download', '-q', wanted], state, archives);
    if (result.exitCode !== 0) throw failed(`apt could not download ${wanted}`, result, hint);
  } finally {
    clearInterval(timer);
  }
  if (!(await isThere()))
    throw environmentError(`${fileName} is not the file that the package list describes`, {
      excerpt: `wanted: ${size} bytes, SHA-256 ${digest}`,
      hint: `Remove ${file} and run the command again.`,
    });
  update(prettyBytes(size), 1);
  return { file, digest };
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => null))?.size ?? 0;
}
