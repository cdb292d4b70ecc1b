// All of Debian's suites at once, from oldoldstable to sid, security and backports among them: for a kernel that the
// system's own sources do not have. On the system's own mirror, and checked with Debian's keyring as the system has it.
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { environmentError } from '../base/index.js';
import { type Apt, debianMirrors, packagesNamed, tryUpdateLists, versionsOf } from './apt.js';

/** By Debian's names, the oldest first; a mirror that has no such suite (yet, or any more) is no error. */
const releases = ['bullseye', 'bookworm', 'trixie', 'forky', 'duke'];
const keyrings = ['gpg', 'pgp'].map((end) => `/usr/share/keyrings/debian-archive-keyring.${end}`);
const debian = { archive: 'http://deb.debian.org/debian', security: 'http://deb.debian.org/debian-security' };

export interface RemoteKernel {
  /** `6.12`, as in the package's name. */
  readonly series: string;
  readonly version: string;
  /** `trixie-security`, the first of those that have it. */
  readonly suite: string;
}

export interface Suites {
  /** apt's state with the lists of all suites. */
  readonly apt: Apt;
  /** Every kernel that they have, the newest first. */
  readonly kernels: readonly RemoteKernel[];
  /** What apt says of suites that could not be read or verified; empty when all could that the mirror has. */
  readonly complaints: string;
}

/**
 * Fetches the lists of all suites into a folder of their own; some 30 MB the first time.
 * @param system the state with the lists of the system's own sources, which name the mirror
 * @param keyring instead of the one that the package debian-archive-keyring installs
 * Errors: `environment` when there is no keyring, or when no suite could be read and verified.
 */
export async function debianSuites(system: Apt, keyring?: string): Promise<Suites> {
  const signedBy = keyring ?? keyrings.find((file) => existsSync(file));
  if (signedBy === undefined)
    throw environmentError('this system does not have the keys of the Debian archive', {
      hint: 'Install the package debian-archive-keyring, or give the path of a kernel tree or tarball.',
    });
  const own = await debianMirrors(system);
  const archive = own.archive ?? debian.archive;
  // A mirror of one's own may be all that can be reached: nobody else is asked then.
  const security = own.security ?? (archive.startsWith(debian.archive) ? debian.security : null);
  const suites = [
    ...releases.flatMap((name) => [`${archive} ${name}`, `${archive} ${name}-backports`]),
    ...['sid', 'experimental'].map((name) => `${archive} ${name}`),
    ...(security === null ? [] : releases.map((name) => `${security} ${name}-security`)),
  ];
  const directory = `${system.directory}-suites`;
  const sources = join(directory, 'sources.list');
  await mkdir(directory, { recursive: true });
  await writeFile(sources, suites.map((suite) => `deb [signed-by=${signedBy}] ${suite} main\n`).join(''));
  const apt: Apt = { directory, sources, signal: system.signal };
  const complaints = await tryUpdateLists(apt);
  const names = (await packagesNamed('linux-source-', apt)).filter((name) => /-\d+\.\d+$/.test(name));
  const kernels = (await versionsOf(names, apt)).map(({ name, version, suite }) => ({
    series: name.slice('linux-source-'.length),
    version,
    suite,
  }));
  if (kernels.length === 0)
    throw environmentError(`apt could not read any suite of Debian at ${archive}`, {
      excerpt: complaints,
      hint: /NO_PUBKEY|not signed|verif/i.test(complaints)
        ? `${signedBy} does not know their keys: install a newer debian-archive-keyring.`
        : 'Check the network, or give the path of a kernel tree or tarball.',
    });
  const order = new Intl.Collator('en', { numeric: true });
  // The versions of a series are in order.
  return { apt, kernels: kernels.sort((a, b) => order.compare(b.series, a.series)), complaints };
}

/** The newest one that is a release: no candidate, and nothing that Debian marks as an experiment. */
export function newestRelease(kernels: readonly RemoteKernel[]): RemoteKernel | undefined {
  return kernels.find(({ version }) => !/~(rc|exp)/.test(version));
}
