// The walk through a side's code, as the body of each function sees it.
import type { CFunction, CType } from '../c-syntax/index.js';
import type { MacroExpander } from './c-macros.js';
import type { CScope } from './c-scope.js';
import type { Cell, Place, PlacedField, Site, Unmet, Want } from './reach-types.js';
import type { Value } from './reach-values.js';

/** Finds the function that a call of `name` in `scope` means, with the scope that it is in. */
export type FindFunction = (
  name: string,
  scope: CScope,
) => { readonly function: CFunction; readonly scope: CScope } | null;

/** The whole walk, as a body sees it. */
export interface Walk {
  readonly findFunction: FindFunction;
  readonly macros: MacroExpander;
  readonly reach: {
    readonly buffers: Map<string, { readonly cell: Cell; readonly type: CType; readonly site: Site }>;
    readonly fields: Map<string, PlacedField>;
    readonly tested: Map<string, PlacedField>;
    readonly called: Map<string, PlacedField>;
    readonly bindings: ReadonlyMap<string, unknown>;
    readonly wants: Map<string, Want>;
    readonly unmet: Map<string, Unmet>;
    readonly freed: Set<string>;
    readonly freedBuffers: Set<string>;
    readonly calls: Set<string>;
  };
  /** Follows a call; gives what it returns. */
  enter(callee: CFunction, scope: CScope, args: readonly Value[], depth: number): Value;
  /** Notes that what `cell` holds has to lead to `target`. */
  bind(cell: Cell | null, target: Place): void;
}

export type Variables = Map<string, Value>;
