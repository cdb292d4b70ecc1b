// Binaryen as `scripts/split-binaryen.mjs` writes it beside what is built.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import type Binaryen from 'binaryen';
import { builtFile } from '../../base/index.js';

type MakeBinaryen = (options: {
  instantiateWasm(
    imports: Record<string, Record<string, WebAssembly.ImportValue>>,
    receive: (instance: WebAssembly.Instance) => void,
  ): WebAssembly.Exports;
}) => Promise<typeof Binaryen>;

/**
 * V8's flag for how much a function of WebAssembly runs before it is optimised, and its default value. Of Binaryen some
 * large functions run for a moment: to optimise them takes longer than all that they do.
 */
const tieringBudget = { flag: '--wasm-tiering-budget', usual: 1_800_000, never: 2_000_000_000 };

function setTieringBudget(budget: number): void {
  setFlagsFromString(`${tieringBudget.flag}=${budget}`);
}

let loaded: Promise<typeof Binaryen> | undefined;

export function loadBinaryen(): Promise<typeof Binaryen> {
  loaded ??= load();
  return loaded;
}

function load(): Promise<typeof Binaryen> {
  const make = createRequire(import.meta.url)(builtFile('binaryen/binaryen.cjs')) as MakeBinaryen;
  return make({
    instantiateWasm(imports, receive) {
      setTieringBudget(tieringBudget.never);
      try {
        const module = new WebAssembly.Module(readFileSync(builtFile('binaryen/binaryen.wasm')));
        const instance = new WebAssembly.Instance(module, imports);
        receive(instance);
        return instance.exports;
      } finally {
        setTieringBudget(tieringBudget.usual);
      }
    },
  });
}
