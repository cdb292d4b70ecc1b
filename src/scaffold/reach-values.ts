// What is known of an expression's value while a side's code is followed.
import { type CType, unknownType } from '../c-syntax/index.js';
import type { Cell, Place } from './reach-types.js';

export interface Value {
  readonly type: CType;
  /** Where it stands, for what has an address. */
  readonly place: Place | null;
  /** For a pointer: what holds it. */
  readonly cell: Cell | null;
  /** For a pointer: where it leads, when that is known. */
  readonly target: Place | null;
}

export const nothing: Value = { type: unknownType, place: null, cell: null, target: null };

/** A value as a variable of `type` holds it. `void *` says nothing that is not known better. */
export function retyped(value: Value, type: CType): Value {
  const isPlain = type.struct === null && type.pointers === 1 && /\bvoid$/.test(type.base);
  return isPlain && value.type.struct !== null ? value : { ...value, type, place: null };
}
