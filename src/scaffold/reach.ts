// Follows a side's entry through the code that it calls, and notes which structures that code expects where: an
// abstract run without branches, in which each structure has one object. What it cannot follow it leaves out.
import type { CFunction, CNode, CType } from '../c-syntax/index.js';
import { createMacroExpander, type MacroExpander } from './c-macros.js';
import type { CScope } from './c-scope.js';
import { BodyWalk } from './reach-body.js';
import type { Unmet, Want } from './reach-types.js';
import {
  type Cell,
  cellKey,
  type Place,
  type PlacedField,
  placeKey,
  type Reach,
  type Site,
} from './reach-types.js';
import { nothing, retyped, type Value } from './reach-values.js';
import type { FindFunction, Variables, Walk } from './reach-walk.js';

export interface ReachOptions {
  readonly findFunction: FindFunction;
  readonly parse: (text: string) => CNode;
}

const deepest = 6;
const mostFunctions = 120;

/** Reads what `entry` reaches. */
export function reachOf(entry: CFunction, scope: CScope, options: ReachOptions): Reach {
  const walk = new WholeWalk(options, entry);
  const parameters = entry.parameters.map(
    ({ type }, index): Value => ({ ...nothing, type, cell: { kind: 'parameter', index } }),
  );
  walk.enter(entry, scope, parameters, 0);
  return walk.reach;
}

class WholeWalk implements Walk {
  readonly reach: {
    entry: CFunction;
    functions: CFunction[];
    bindings: Map<string, { cell: Cell; target: Place }>;
    buffers: Map<string, { cell: Cell; type: CType; site: Site }>;
    fields: Map<string, PlacedField>;
    tested: Map<string, PlacedField>;
    called: Map<string, PlacedField>;
    wants: Map<string, Want>;
    unmet: Map<string, Unmet>;
    freed: Set<string>;
    freedBuffers: Set<string>;
    calls: Set<string>;
  };
  readonly findFunction: FindFunction;
  readonly macros: MacroExpander;
  private readonly seen = new Map<string, Value>();

  constructor(options: ReachOptions, entry: CFunction) {
    this.findFunction = options.findFunction;
    this.macros = createMacroExpander(options.parse);
    this.reach = {
      entry,
      functions: [],
      bindings: new Map(),
      buffers: new Map(),
      fields: new Map(),
      tested: new Map(),
      called: new Map(),
      wants: new Map(),
      unmet: new Map(),
      freed: new Set(),
      freedBuffers: new Set(),
      calls: new Set(),
    };
  }

  enter(callee: CFunction, scope: CScope, args: readonly Value[], depth: number): Value {
    const key = `${callee.file}:${callee.name}(${args.map(describe).join(',')})`;
    const before = this.seen.get(key);
    if (before !== undefined) return before;
    this.seen.set(key, nothing);
    if (depth > deepest || this.seen.size > mostFunctions) return nothing;
    if (!this.reach.functions.some(({ name, file }) => name === callee.name && file === callee.file))
      this.reach.functions.push(callee);
    const variables: Variables = new Map();
    for (const [index, { name, type }] of callee.parameters.entries())
      variables.set(name, retyped(args[index] ?? nothing, type));
    const body = new BodyWalk(this, callee, scope, variables, depth);
    body.statements(callee.body);
    this.seen.set(key, body.returned);
    return body.returned;
  }

  bind(cell: Cell | null, target: Place): void {
    if (cell === null) return;
    // An element that leads to the next of its kind: there is no next.
    if (cell.kind === 'field' && cell.place.struct === target.struct && target.path === '') return;
    const key = cellKey(cell);
    const before = this.reach.bindings.get(key);
    if (before === undefined || (before.target.path === '' && target.path !== ''))
      this.reach.bindings.set(key, { cell, target });
  }
}

function describe({ type, cell, target }: Value): string {
  if (target !== null) return `&${placeKey(target)}`;
  return cell === null ? type.base : cellKey(cell);
}
