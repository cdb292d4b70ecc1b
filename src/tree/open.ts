// From what the user calls a tree to a tree that is there.
import { realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { inputError, type Progress } from '../base/index.js';
import { identityByStat } from './identity.js';
import { kernelVersion } from './makefile.js';
import type { Tree } from './types.js';

export interface TreeOptions {
  readonly signal?: AbortSignal | undefined;
  readonly progress?: Progress;
  /** Instead of `$XDG_CACHE_HOME/millrace`. */
  readonly cacheDirectory?: string;
}

/**
 * Opens a kernel tree: an unpacked tree or git checkout by its path.
 * Errors: `input` when there is no kernel tree, `environment` when it cannot be fetched or read.
 */
export async function openTree(spec: string, options: TreeOptions = {}): Promise<Tree> {
  const path = await realpath(resolve(spec)).catch(() => null);
  if (path === null || !(await stat(path)).isDirectory())
    throw inputError(`there is no kernel tree at ${spec}`);
  const version = await kernelVersion(path);
  if (version === null)
    throw inputError(`${spec} is not a kernel tree: it has no top Makefile with a VERSION`, {
      hint: 'Give the top folder of a kernel tree.',
    });
  return { path, spec, version, identity: await identityByStat(path, options.signal), commit: null };
}
