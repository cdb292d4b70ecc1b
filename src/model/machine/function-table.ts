// Function pointers of the program: indices into its table.
import type { Entry } from './types.js';

export class FunctionTable {
  private readonly table: WebAssembly.Table;
  private readonly known: (Entry | null | undefined)[] = [];

  constructor(table: WebAssembly.Table) {
    this.table = table;
  }

  /** The function behind a pointer, or null when it is none of the program's. */
  at(pointer: number): Entry | null {
    const known = this.known[pointer];
    if (known !== undefined) return known;
    if (pointer <= 0 || pointer >= this.table.length) return null;
    const found = this.table.get(pointer) as Entry | null;
    for (let index = this.known.length; index <= pointer; index++) this.known[index] = undefined;
    this.known[pointer] = found;
    return found;
  }
}
