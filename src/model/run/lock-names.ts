// What the source calls a lock, at the place where it is taken.
import type { Program } from '../link/index.js';
import type { HeldLock } from '../machine/index.js';

import type { SourceNames } from './source-names.js';
import type { VariableNames, VariableRequest } from './variables.js';

/** What a lock is named by. */
export type NamedLock = Pick<HeldLock, 'address' | 'site'> & { readonly lock: string };

/** `spinlock`, `rwlock (read)`, `RCU` … */
export function heldKind({ lock, mode }: HeldLock): string {
  return mode === 'exclusive' || lock === 'RCU' || lock === 'SRCU' ? lock : `${lock} (read)`;
}

/** `dev->lock`, or struct and field, or the address. */
export function lockNames(
  program: Program,
  names: SourceNames,
  variables: VariableNames,
  blocks: VariableRequest['blocks'],
): (lock: NamedLock) => string {
  const known = new Map<string, string>();
  const nameOf = ({ lock, address, site }: NamedLock): string => {
    if (address === 0) return lock;
    const fromSource = linesAt(program, names, site)
      .map(lockArgument)
      .find((name) => name !== null);
    if (fromSource != null) return fromSource;
    const variable = variables.at({ address, size: 4, sites: site > 0 ? [site] : [], blocks });
    if (variable === null) return `0x${(address >>> 0).toString(16)}`;
    return variable.struct === null ? variable.name : `${variable.struct}.${variable.name}`;
  };
  return (lock) => {
    const key = `${lock.address} ${lock.site}`;
    const name = known.get(key) ?? nameOf(lock);
    known.set(key, name);
    return name;
  };
}

/** The line of a site and those that what was inlined there was called from, innermost first; headers' are left out. */
function linesAt({ debug }: Program, names: SourceNames, site: number): string[] {
  if (site <= 0) return [];
  const calls = debug.scopesAt(site).flatMap(({ call }) => (call === null ? [] : [call]));
  return [names.place(site), ...calls]
    .filter(({ file }) => !file.endsWith('.h'))
    .map(({ file, line }) => names.line(file, line));
}

/** The argument of a call that takes a lock: `dev->lock` of `spin_lock_irqsave(&dev->lock, flags);`. */
function lockArgument(text: string): string | null {
  return (
    /\b\w*(?:lock|down|guard)\w*\s*\(\s*(?:\w+\s*(?:\)\s*\(|,(?=\s*&))\s*)?&?\s*([A-Za-z_][\w.>[\]-]*)/.exec(
      text,
    )?.[1] ?? null
  );
}
