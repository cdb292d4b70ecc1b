// apt with state of its own, so that it works for any user, on a system whose package lists are empty, and changes
// nothing of the system's. It uses the system's sources and keys: apt checks signatures of lists and hashes of packages.
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
  readonly signal?: AbortSignal | undefined;
}

/** `-c FILE` is read last, so that it can take out the system's hooks, which are not meant for this. */
function configuration(directory: string): string {
  const settings = {
    'Dir::State::lists': join(directory, 'lists'),
    'Dir::State::status': '/var/lib/dpkg/status',
    'Dir::Cache': directory,
    'Dir::Cache::archives': join(directory, 'archives'),
    'Dir::Cache::pkgcache': '',
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
  { directory, signal }: Apt,
  folder = directory,
): Promise<RunResult> {
  const file = join(directory, 'apt.conf');
  await mkdir(join(directory, 'lists', 'partial'), { recursive: true });
  await mkdir(join(directory, 'archives', 'partial'), { recursive: true });
  await writeFile(file, configuration(directory));
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
  const complaints = result.stderr.split('\n').filter((line) => /^[EW]: /.test(line));
  return environmentError(what, {
    excerpt: (complaints.length > 0 ? complaints : [result.stderr]).slice(-12).join('\n').trim(),
    hint,
  });
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

/** Versions of a package in the lists, apt's candidate first. */
export async function versionsOf(name: string, state: Apt): Promise<string[]> {
  const { stdout } = await apt('apt-cache', ['madison', name], state);
  const versions = stdout.split('\n').flatMap((line) => {
    const [package_, version, from] = line.split('|').map((part) => part.trim());
    return package_ === name && version && from?.endsWith('Packages') ? [version] : [];
  });
  return [...new Set(versions)];
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
