// What a finding is about: the variable at an address, or the object that was allocated there.
import { type Program, placeIn } from '../link/index.js';
import type { HeapBlock } from '../replay/index.js';

export type CheckVariable =
  | {
      readonly kind: 'static';
      /** `account.balance[2]` */
      readonly name: string;
    }
  | {
      readonly kind: 'heap';
      /** Of the object; bytes. */
      readonly size: number;
      /** From the object's begin; bytes. */
      readonly offset: number;
      /** Where it was allocated. */
      readonly file: string;
      readonly line: number;
    };

/** Null where nothing is known of the address. `size`: of an access there, or 1. */
export function variableAt(
  { debug, symbols }: Program,
  address: number,
  size: number,
  blocks: readonly HeapBlock[],
): CheckVariable | null {
  if (address === 0) return null;
  const variable = debug.staticAt(address);
  const place = variable === null ? null : placeIn(variable.type, address - variable.address, size);
  if (variable !== null && place !== null) return { kind: 'static', name: `${variable.name}${place.path}` };
  const block = blocks.findLast((one) => address >= one.address && address < one.address + one.size);
  if (block === undefined || block.site === 0) return null;
  const { file, line } = symbols.place(block.site);
  if (file === '') return null;
  return { kind: 'heap', size: block.size, offset: address - block.address, file, line };
}

/** Equal for the elements of an array, and for all that is in one allocation's objects. */
export function variableKey(variable: CheckVariable | null): string {
  if (variable === null) return '';
  if (variable.kind === 'static') return variable.name.replaceAll(/\[\d+\]/g, '[]');
  return `${variable.file}:${variable.line}`;
}
