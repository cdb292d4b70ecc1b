// What a driver sets against its own teardown: every timer, work item, tasklet, interrupt, callback and operation that
// its file registers, against each function that takes the device away.
import { posix } from 'node:path';
import { inputError } from '../base/index.js';
import { registrationsIn } from './registrations.js';
import { type Side, sideNamed } from './sides.js';
import type { TreeSource } from './tree-source.js';

export interface TeardownSides {
  readonly sides: readonly [Side, Side, ...Side[]];
  /** By index of {@link sides}: what runs against what, the teardown first. */
  readonly pairs: readonly (readonly [number, number])[];
  readonly notes: readonly string[];
}

/** Fields of tables of operations by which a device, or one opening of it, is taken away. */
const takesAway =
  /^\.?(?:remove|remove_new|disconnect|unbind|close|release|shutdown|destroy|exit|detach|stop)$/;
/** And those by which it comes: nothing runs beside these yet. */
const brings = /^\.?(?:probe|connect|init|attach|bind|setup|id_table|open|install|port_probe)$/;
const mostTests = 24;

/** Errors: `input` for a file in which nothing is taken away, or nothing runs beside it. */
export function teardownSides(source: TreeSource, file: string): TeardownSides {
  const registered = registrationsIn(source, file);
  const names = [...source.functionNames(file)].filter((name) => registered.has(name));
  const fieldsOf = (name: string) => (registered.get(name) ?? []).map(({ by }) => by);
  const away = names.filter((name) => fieldsOf(name).some((by) => takesAway.test(by)));
  const beside = names.filter(
    (name) =>
      !away.includes(name) &&
      (registered.get(name) ?? []).some(({ by, context }) => context !== 'TASK' || !brings.test(by)),
  );
  if (away.length === 0)
    throw inputError(`no function of ${file} takes its device away`, {
      hint: 'Looked for: .remove, .disconnect, .close, .release, .unbind and the like. Name two functions: --writer F --reader G.',
    });
  if (beside.length === 0)
    throw inputError(`${file} sets up nothing that runs beside ${away.join('(), ')}()`, {
      hint: 'Another file of the driver may: give that one, or name two functions with --writer and --reader.',
    });
  const all = [...away, ...beside].map((name) => sideNamed(source, name, [file]));
  // What runs by itself first: a task is stopped by whoever calls the driver more often than a timer is.
  const inOrder = beside
    .map((_, index) => away.length + index)
    .toSorted((a, b) => rank(all[a] as Side) - rank(all[b] as Side));
  const pairs = inOrder.flatMap((other) => away.map((_, index) => [index, other] as const));
  const kept = pairs.slice(0, mostTests);
  const left = pairs.length - kept.length;
  const used = new Set(kept.flat());
  const indexes = all.map((_, index) => index).filter((index) => used.has(index));
  const place = new Map(indexes.map((old, index) => [old, index]));
  return {
    sides: indexes.map((index) => all[index]) as unknown as TeardownSides['sides'],
    pairs: kept.map(([a, b]) => [place.get(a) ?? 0, place.get(b) ?? 0]),
    notes: left === 0 ? [] : [`${posix.basename(file)} gives ${pairs.length} pairs: ${left} were left out.`],
  };
}

function rank({ context }: Side): number {
  return context === 'TASK' ? 1 : 0;
}
