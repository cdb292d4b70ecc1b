// Calls in a function's body: into functions, through macros, to what holds a pointer's target, and past what only hands
// its argument on.
import type { CNode } from '../c-syntax/index.js';
import type { CScope } from './c-scope.js';
import { cellKey, placeKey, type Site } from './reach-types.js';
import { nothing, type Value } from './reach-values.js';
import type { Variables, Walk } from './reach-walk.js';

/** The body that a call stands in. */
export interface CallContext {
  readonly walk: Walk;
  readonly scope: CScope;
  readonly variables: Variables;
  readonly depth: number;
  /** How many macros the walk is in. */
  macroDepth: number;
  value(node: CNode): Value;
  dereferenced(pointer: Value, node: CNode): Value;
  site(node: CNode): Site;
}

const mostMacroDepth = 4;

/** Calls that give their first argument, as far as addresses matter (compiler.h, rwonce.h, rcupdate.h, v6.12). */
const transparent = new Set(
  ['READ_ONCE', 'likely', 'unlikely', 'data_race', 'rcu_dereference', 'rcu_dereference_protected'].concat([
    ...['rcu_dereference_check', 'rcu_dereference_raw', 'rcu_dereference_bh', 'rcu_access_pointer'],
    ...['rtnl_dereference', 'ACCESS_ONCE', 'ERR_CAST', 'IS_ERR', 'IS_ERR_OR_NULL', 'WARN_ON', 'WARN_ON_ONCE'],
  ]),
);
const containers: ReadonlyMap<string, number> = new Map([
  ['container_of', 0],
  ['container_of_const', 0],
  ['from_timer', 1],
  ['timer_container_of', 1],
  ['from_tasklet', 1],
  ['from_work', 1],
  ['list_entry', -1],
  ['list_first_entry', -1],
]);

/** Calls that free what an argument of that position leads to (slab.h, mm.h, v6.12). */
const freeing: ReadonlyMap<string, number> = new Map([
  ...['kfree', 'kvfree', 'vfree', 'kfree_sensitive', 'kfree_const', 'kvfree_sensitive'].map(
    (name) => [name, 0] as const,
  ),
  ...['kfree_rcu', 'kvfree_rcu', 'kfree_rcu_mightsleep'].map((name) => [name, 0] as const),
  ['kmem_cache_free', 1],
  ['devm_kfree', 1],
]);

function noteFreed(body: CallContext, value: Value, node: CNode): void {
  const { reach } = body.walk;
  const { struct, pointers } = value.type;
  if (struct !== null && pointers === 1) {
    const place = value.target ?? body.dereferenced(value, node).place;
    if (place?.path === '') reach.freed.add(place.struct);
  } else if (value.cell !== null) reach.freedBuffers.add(cellKey(value.cell));
}

/** What a call gives: of a function that is found, what that returns; of a macro, what it expands to. */
export function callOf(body: CallContext, node: CNode): Value {
  const callee = node.childForFieldName('function');
  const list = node.childForFieldName('arguments');
  if (callee === null || list === null) return nothing;
  const args = list.namedChildren.filter((child) => child.type !== 'comment');
  if (callee.type !== 'identifier') {
    const value = body.value(callee);
    const place = value.place;
    if (place !== null)
      body.walk.reach.called.set(placeKey(place), { place, type: value.type, site: body.site(node) });
    for (const arg of args) body.value(arg);
    return nothing;
  }
  const name = callee.text;
  body.walk.reach.calls.add(name);
  const freed = freeing.get(name);
  if (freed !== undefined) {
    const value = args[freed] === undefined ? nothing : body.value(args[freed]);
    noteFreed(body, value, node);
    return nothing;
  }
  const container = containers.get(name);
  if (container !== undefined) return contained(body, name, container, args);
  if (transparent.has(name)) return args[0] === undefined ? nothing : body.value(args[0]);
  if (name === 'smp_load_acquire' && args[0] !== undefined)
    return body.dereferenced(body.value(args[0]), node);
  const found = body.walk.findFunction(name, body.scope);
  if (found !== null)
    return body.walk.enter(
      found.function,
      found.scope,
      args.map((arg) => body.value(arg)),
      body.depth + 1,
    );
  const expanded = body.macroDepth < mostMacroDepth ? body.walk.macros.expand(name, args, body.scope) : null;
  if (expanded !== null) {
    body.macroDepth += 1;
    const value = body.value(expanded);
    body.macroDepth -= 1;
    return value;
  }
  for (const arg of args) body.value(arg);
  return nothing;
}

/** container_of() and its like: `position` is that of the pointer among the arguments, -1 for what gives no object. */
function contained(body: CallContext, name: string, position: number, args: readonly CNode[]): Value {
  if (position === -1) {
    for (const arg of args) body.value(arg);
    return nothing;
  }
  const pointer = args[position];
  const member = args[2]?.text ?? '';
  if (pointer === undefined || !/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/.test(member)) return nothing;
  const struct =
    position === 1
      ? (body.variables.get(args[0]?.text ?? '')?.type.struct ?? null)
      : (/^(?:(?:const\s+)?(?:struct|union)\s+)?(\w+)$/.exec(args[1]?.text ?? '')?.[1] ??
        typeofStruct(body, args[1]));
  const value = body.value(pointer);
  if (struct === null || body.scope.struct(struct) === null) return nothing;
  const type = { struct, base: `struct ${struct}`, pointers: 1, isArray: false, isFunction: false };
  if (name !== 'container_of_const' || value.target === null)
    body.walk.bind(value.cell, { struct, path: member });
  return { type, place: null, cell: null, target: { struct, path: '' } };
}

function typeofStruct(body: CallContext, node: CNode | undefined): string | null {
  const name = /^(?:__)?typeof(?:__)?\s*\(\s*\*\s*(\w+)\s*\)$/.exec(node?.text ?? '')?.[1];
  return name === undefined ? null : (body.variables.get(name)?.type.struct ?? null);
}
