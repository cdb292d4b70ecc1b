// Functions that the sides reach and nobody supplies, as the linked program tells: each gets a stand-in that does nothing.

import type { CFunction } from '../c-syntax/index.js';
import type { Case } from '../case/index.js';
import { defaultModelOptions, listBoundary } from '../model/index.js';
import type { CScope } from './c-scope.js';
import type { Reach, Site } from './reach-types.js';

export interface FunctionFake {
  readonly name: string;
  /** As a header declares it. */
  readonly prototype: CFunction;
  /** A call of it, in the code that the sides reach. */
  readonly caller: Site & { readonly function: string };
}

export interface MissingFunctions {
  readonly fakes: readonly FunctionFake[];
  /** Those of which no header tells how they are called, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * Asks the model engine what the case leaves open. What only other parts of the sources call is left out.
 * Errors: as those of {@link listBoundary}.
 */
export async function missingFunctions(
  request: Pick<Parameters<typeof listBoundary>[0], 'tree' | 'progress' | 'signal'> & { readonly case: Case },
  sides: readonly { readonly reach: Reach; readonly scope: CScope }[],
): Promise<MissingFunctions> {
  const entries = await listBoundary({ ...request, fix: null, options: defaultModelOptions });
  const reached = new Set(sides.flatMap(({ reach }) => reach.functions.map(({ name }) => name)));
  const fakes: FunctionFake[] = [];
  const notes: string[] = [];
  for (const { name, kind, supplier, callers } of entries) {
    const caller = callers.find((one) => reached.has(one.function));
    if (kind !== 'function' || supplier !== 'nobody' || caller === undefined) continue;
    const prototype = sides.map(({ scope }) => scope.prototype(name)).find((found) => found !== null);
    if (prototype?.parameters.every((parameter) => parameter.name !== ''))
      fakes.push({ name, prototype, caller });
    else
      notes.push(
        `${name}(), which ${caller.function}() calls (${caller.file}:${caller.line}), is supplied by nobody.`,
      );
  }
  return { fakes, notes };
}

/** The stand-ins, each with what is to be done about it. */
export function functionFakesText(fakes: readonly FunctionFake[]): string {
  return fakes
    .map(({ name, prototype, caller }) => {
      const { returnText, parameterText } = prototype;
      const list = parameterText === '' ? 'void' : parameterText;
      const isVoid = prototype.returns.base === 'void' && prototype.returns.pointers === 0;
      const result = isVoid ? '' : `\treturn ${zeroOf(prototype)};\n`;
      const what = isVoid ? 'it does nothing here' : `it only gives ${zeroOf(prototype)} here`;
      return `MILLRACE_FAKE(${returnText}, ${name}, ${list})\n{\n\t/* TODO: ${name}(), called at ${caller.file}:${caller.line}: ${what}. */\n${result}}\n`;
    })
    .join('\n');
}

function zeroOf({ returns, returnText }: CFunction): string {
  if (returns.pointers > 0) return 'NULL';
  return returns.struct === null ? '0' : `(${returnText}){ }`;
}
