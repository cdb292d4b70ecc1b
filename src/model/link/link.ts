// From a linked WebAssembly module to one that the machine can run: sites passed, contexts switchable, nothing
// imported but the machine.
import { keptSwitchable } from './kept-switchable.js';
import { assembleProgram, type LinkOptions, type Program } from './program.js';

/** `switching` tells which imports may switch contexts; all of them take a site. */
export function linkProgram(
  linked: Uint8Array,
  switching: (importName: string) => boolean,
  options: LinkOptions = {},
): Promise<Program> {
  return assembleProgram(linked, switching, options, keptSwitchable);
}
