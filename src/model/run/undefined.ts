// The functions that an object leaves to others.
import { parseModule } from '../link/index.js';

/** Names as the linker resolves them. */
export function importedFunctions(object: Uint8Array): string[] {
  return parseModule(object).functionImports.map(({ name }) => name);
}
