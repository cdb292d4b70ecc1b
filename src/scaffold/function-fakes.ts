// Functions that the sides reach and nobody supplies, as the linked program tells: each gets a stand-in that does nothing.

import type { CFunction } from '../c-syntax/index.js';
import type { Case } from '../case/index.js';
import { defaultModelOptions, listBoundary } from '../model/index.js';
import type { CScope } from './c-scope.js';
import type { Reach, Site } from './reach-types.js';
import type { StubFunction } from './stubs.js';

export interface FunctionFake {
  readonly name: string;
  /** As a header declares it. */
  readonly prototype: CFunction;
  /** A call of it, in the code that the sides reach. */
  readonly caller: Site & { readonly function: string };
  readonly result: FakeResult;
}

/** What a stand-in returns. */
export type FakeResult =
  | { readonly kind: 'nothing' }
  /** The argument of that index, which has the type of the result: `get_device(dev)`. */
  | { readonly kind: 'argument'; readonly index: number }
  /** An object of this structure, of which nothing is known. */
  | { readonly kind: 'object'; readonly struct: string }
  | { readonly kind: 'zero'; readonly text: string };

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
    const scope = sides.find((side) => side.scope.prototype(name) !== null)?.scope;
    if (prototype !== undefined && scope !== undefined)
      fakes.push({ name, prototype, caller, result: resultOf(prototype, scope) });
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
    .map(({ name, prototype, caller, result }) => {
      const parameters = parameterList(prototype);
      const { statement, what } = resultText(result, prototype);
      return `MILLRACE_FAKE(${prototype.returnText}, ${name}, ${parameters})\n{\n\t/* TODO: ${name}(), called at ${caller.file}:${caller.line}: ${what}. */\n${statement}}\n`;
    })
    .join('\n');
}

/** Those of function pointers. */
export function stubsText(stubs: readonly StubFunction[], scope: CScope): string {
  return stubs
    .map(({ name, prototype }) => {
      const { statement } = resultText(resultOf(prototype, scope), prototype);
      return `static ${prototype.returnText} ${name}(${parameterList(prototype)})\n{\n${statement}}\n`;
    })
    .join('\n');
}

/** The argument whose type the result has keeps a caller alive; so does an object rather than NULL. */
function resultOf({ returns, returnText, parameters }: CFunction, scope: CScope): FakeResult {
  if (returns.base === 'void' && returns.pointers === 0) return { kind: 'nothing' };
  const same = parameters.findIndex(
    ({ type }) =>
      type.struct !== null && type.struct === returns.struct && type.pointers === returns.pointers,
  );
  if (same !== -1) return { kind: 'argument', index: same };
  if (returns.pointers === 1 && returns.struct !== null && scope.struct(returns.struct) !== null)
    return { kind: 'object', struct: returns.struct };
  if (returns.pointers > 0) return { kind: 'zero', text: 'NULL' };
  return { kind: 'zero', text: returns.struct === null ? '0' : `(${returnText}){ }` };
}

function resultText(
  result: FakeResult,
  prototype: CFunction,
): { readonly statement: string; readonly what: string } {
  switch (result.kind) {
    case 'nothing':
      return { statement: '', what: 'it does nothing here' };
    case 'argument': {
      const name = parameterName(prototype, result.index);
      return { statement: `\treturn ${name};\n`, what: `it only gives ${name} here` };
    }
    case 'object':
      return {
        statement: `\tstatic struct ${result.struct} object;\n\n\treturn &object;\n`,
        what: 'it only gives an object of zeros here',
      };
    case 'zero':
      return { statement: `\treturn ${result.text};\n`, what: `it only gives ${result.text} here` };
  }
}

/** The parameters, each with a name. */
function parameterList(prototype: CFunction): string {
  const { parameterText, parameters } = prototype;
  if (parameterText === '' || parameterText === 'void') return 'void';
  if (parameters.every(({ name }) => name !== '')) return parameterText;
  return parameterText
    .split(/,(?![^(]*\))/)
    .map((text, index) => {
      const of = parameters[index];
      if (of === undefined || of.name !== '') return text.trim();
      const name = parameterName(prototype, index);
      return /\(\s*\*\s*\)/.test(text)
        ? text.trim().replace(/\(\s*\*\s*\)/, `(*${name})`)
        : `${text.trim()}${text.trimEnd().endsWith('*') ? '' : ' '}${name}`;
    })
    .join(', ');
}

function parameterName({ parameters }: CFunction, index: number): string {
  const name = parameters[index]?.name ?? '';
  return name === '' ? `argument${index}` : name;
}
