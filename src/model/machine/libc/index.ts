import type { Machine } from '../machine.js';
import { stdioImports } from './stdio.js';
import { stdlibImports } from './stdlib.js';
import { stringImports } from './string.js';
import { type InputValues, inputsOf, verifierImports } from './verifier.js';

type Import = (...args: never[]) => unknown;

/** The C library of a plain program. */
export function libcImports(m: Machine, inputs: InputValues): Record<string, Import> {
  return {
    ...stdlibImports(m, inputs),
    ...stringImports(m),
    ...stdioImports(m, inputs),
    ...verifierImports(m, inputs),
  };
}
export { verifierMark } from './atomic-sections.js';
export { type InputValues, inputsOf };
