import type { Machine } from '../machine.js';
import { fileImports } from './files.js';
import { jumpImports } from './jump.js';
import { mathImports } from './math.js';
import { stdioImports } from './stdio.js';
import { stdlibImports } from './stdlib.js';
import { stringImports } from './string.js';
import { type InputValues, inputsOf, verifierImports } from './verifier.js';

type Import = (...args: never[]) => unknown;

/** The C library of a plain program. */
export function libcImports(
  m: Machine,
  inputs: InputValues,
  fail: (error: number) => number,
): Record<string, Import> {
  const stdio = stdioImports(m, inputs);
  return {
    ...stdlibImports(m, inputs),
    ...stringImports(m),
    ...stdio,
    ...fileImports(m, stdio, fail),
    ...jumpImports(m),
    ...mathImports(),
    ...verifierImports(m, inputs),
  };
}
export { verifierMark } from './atomic-sections.js';
export { type InputValues, inputsOf };
