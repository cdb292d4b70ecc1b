// The one command that installs what is missing, on the system at hand.
import { readFile } from 'node:fs/promises';
import which from 'which';
import { run } from '../base/index.js';
import type { Surroundings } from './probes.js';
import { debianClang, type Family } from './requirements.js';

export interface System {
  readonly family: Family | null;
  /** `Debian GNU/Linux 12 (bookworm)`. */
  readonly name: string;
}

/** Reads os-release(5) text. */
export function systemOf(osRelease: string): System {
  const value = (key: string) => new RegExp(`^${key}=["']?([^"'\\n]*)`, 'm').exec(osRelease)?.[1] ?? '';
  const ids = [value('ID'), ...value('ID_LIKE').split(' ')];
  const families: Readonly<Record<string, Family>> = {
    debian: 'debian',
    ubuntu: 'debian',
    fedora: 'fedora',
    rhel: 'fedora',
    arch: 'arch',
  };
  const family = ids.map((id) => families[id]).find((found) => found !== undefined) ?? null;
  return { family, name: value('PRETTY_NAME') || value('ID') || process.platform };
}

export async function thisSystem(): Promise<System> {
  return systemOf(await readFile('/etc/os-release', 'utf8').catch(() => ''));
}

const commands: Readonly<Record<Family, readonly string[]>> = {
  debian: ['apt-get', 'install', '--yes', '--no-install-recommends'],
  fedora: ['dnf', 'install', '-y'],
  arch: ['pacman', '-S', '--needed'],
};

/** What has to run before: on Debian and its kin a fresh machine does not know yet what there is. */
export function refreshCommand(family: Family | null, isRoot: boolean): string | null {
  return family === 'debian' ? `${isRoot ? '' : 'sudo '}apt-get update` : null;
}

/** One shell command that installs `packages`; null when there are none or the family is not known. */
export function installCommand(
  family: Family | null,
  packages: readonly string[],
  isRoot: boolean,
): string | null {
  if (family === null || packages.length === 0) return null;
  return [...(isRoot ? [] : ['sudo']), ...commands[family], ...packages].join(' ');
}

/**
 * The packages as the package manager knows them: on Debian and its kin, clang by the version that this release
 * offers: 19 if it does, with which Millrace was measured, else the newest that it has.
 */
export async function resolvePackages(
  family: Family | null,
  packages: readonly string[],
  surroundings: Surroundings,
): Promise<readonly string[]> {
  const unique = [...new Set(packages)];
  if (family !== 'debian' || !unique.includes(debianClang)) return unique;
  const suffix = await offeredClang(surroundings);
  return unique.flatMap((name) =>
    name === debianClang ? ['clang', 'llvm', 'lld'].map((tool) => `${tool}${suffix}`) : [name],
  );
}

async function offeredClang({ env, signal }: Surroundings): Promise<string> {
  const aptCache = await which('apt-cache', { path: env.PATH ?? '', nothrow: true });
  if (aptCache === null) return '';
  const { stdout } = await run(aptCache, ['pkgnames', 'clang-'], { timeout: 20_000, signal });
  const offered = [...stdout.matchAll(/^clang-(\d+)$/gm)].map(([, version]) => Number(version));
  if (offered.length === 0) return '';
  return `-${offered.includes(19) ? 19 : Math.max(...offered)}`;
}
