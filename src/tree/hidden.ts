// What an overlay leaves out of a tree: a build with `make O=…` refuses a tree in which a build was done in place
// (Makefile, v6.12: outputmakefile, "source tree is not clean"), and takes what that build left for its own.
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fdir } from 'fdir';

/**
 * Paths inside the tree at `top` to leave out: git's own folder, Millrace's runs, the configuration and generated
 * headers of a build in place and, where there was one, all that it made.
 */
export async function hiddenPaths(top: string, signal?: AbortSignal): Promise<Set<string>> {
  const configured = ['.config', 'include/config', 'include/generated', ...generatedByArchitecture(top)];
  const hidden = new Set(['.git', '.millrace', ...configured].filter((path) => existsSync(join(top, path))));
  if (configured.some((path) => hidden.has(path)))
    for (const path of await products(top, signal)) if (!isBelow(path, hidden)) hidden.add(path);
  return hidden;
}

function generatedByArchitecture(top: string): string[] {
  if (!existsSync(join(top, 'arch'))) return [];
  return readdirSync(join(top, 'arch')).map((name) => `arch/${name}/include/generated`);
}

function isBelow(path: string, hidden: ReadonlySet<string>): boolean {
  const parts = path.split('/');
  return parts.some((_, index) => hidden.has(parts.slice(0, index).join('/')));
}

/** kbuild writes `.X.cmd` beside everything that it makes as X (scripts/Kbuild.include, v6.12: if_changed). */
async function products(top: string, signal: AbortSignal | undefined): Promise<string[]> {
  const crawler = new fdir()
    .withRelativePaths()
    .exclude((_name, path) => path === join(top, '.git/') || path === join(top, 'Documentation/'))
    .filter((path) => /(^|\/)\.[^/]+\.cmd$|\.(o|a|ko|mod|mod\.c)$/.test(path));
  const found = await (signal === undefined ? crawler : crawler.withAbortSignal(signal))
    .crawl(top)
    .withPromise();
  return found.flatMap((path) => {
    if (!path.endsWith('.cmd')) return [path];
    const made = path.slice(0, -basename(path).length) + basename(path).slice(1, -'.cmd'.length);
    return existsSync(join(top, made)) ? [path, made] : [path];
  });
}
