// What steps and accesses of an execution are about, as the source calls it.

import { displayName, type ModelVariable } from '../basics.js';
import type { Program } from '../link/index.js';
import type { HeapBlock, ReplayStep } from '../replay/index.js';
import { lockNames, type NamedLock } from './lock-names.js';
import type { SourceNames } from './source-names.js';
import type { VariableNames } from './variables.js';

export interface NamingContext {
  readonly program: Program;
  readonly names: SourceNames;
  readonly variables: VariableNames;
}

export interface Naming {
  variableAt(address: number, size: number, sites: readonly number[]): ModelVariable | null;
  lockName(lock: NamedLock): string;
  /** Null for a step that is about no address. */
  stepName(step: ReplayStep): string | null;
}

/** `blocks`: objects of an execution; their addresses do not depend on the interleaving. */
export function namesIn(
  { names, variables, program }: NamingContext,
  allocated: readonly HeapBlock[],
): Naming {
  const blocks = [...allocated];
  const known = new Map<string, ModelVariable | null>();
  const variableAt: Naming['variableAt'] = (address, size, sites) => {
    const key = `${address} ${size} ${sites.join()}`;
    const variable = known.has(key)
      ? (known.get(key) ?? null)
      : variables.at({ address, size, sites, blocks });
    known.set(key, variable);
    return variable;
  };
  const lockName = lockNames(program, names, variables, blocks);
  return {
    variableAt,
    lockName,
    stepName: ({ address, size, site, locks, event }) => {
      if (address <= 0) return null;
      if (size > 0 || event.kind === 'watch') {
        const variable = variableAt(address, Math.max(size, 1), [site]);
        return variable === null ? `0x${(address >>> 0).toString(16)}` : displayName(variable);
      }
      const held = locks.find((lock) => lock.address === address);
      return lockName({ lock: held?.lock ?? 'lock', address, site: held?.site ?? site });
    },
  };
}
