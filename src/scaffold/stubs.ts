// Functions of the harness's own for function pointers that the sides call and that no source of the case sets.
import { type CFunction, functionsOf } from '../c-syntax/index.js';
import type { CStruct } from './c-scope.js';
import type { Place } from './reach-types.js';
import type { TreeSource } from './tree-source.js';

export interface StubFunction {
  readonly name: string;
  readonly prototype: CFunction;
}

/** For the function pointer at `place`, as its structure declares it; null where that cannot be read. */
export function stubFor(
  source: TreeSource,
  structOf: (name: string) => CStruct | null,
  { struct, path }: Place,
): StubFunction | null {
  const steps = path.split('.');
  let holder = structOf(struct);
  for (const step of steps.slice(0, -1)) {
    const next = holder?.fields.get(step.replace(/\[.*$/, ''))?.type.struct ?? null;
    holder = next === null ? null : structOf(next);
  }
  const field = steps.at(-1) ?? '';
  const text = holder?.fields.get(field)?.text;
  const match = /^([\s\S]*?)\(\s*\*\s*(\w+)\s*\)\s*\(([\s\S]*)\)\s*;?$/.exec(text ?? '');
  if (match === null || match[2] !== field) return null;
  const name = `${holder?.name ?? struct}_${field}_stub`;
  const prototype = functionsOf(source.parseText(`${match[1]} ${name}(${match[3]}) { }`), '').get(name);
  return prototype === undefined ? null : { name, prototype };
}
