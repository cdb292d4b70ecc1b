// Makes every function that can reach a switching import into a coroutine: Binaryen's Asyncify
// (binaryen/src/passes/Asyncify.cpp). Optimised before and after, which keeps the saved state small; loads and
// stores keep their order, since the imports between them may do anything.
import type Binaryen from 'binaryen';
import { loadBinaryen } from './binaryen.js';
import { coverageExport, stackGlobals } from './pass-sites.js';

/**
 * What a switch does besides entering the context, each as one call: the stack pointer is the context's own, and so is
 * where the blocks that it runs are noted, in a program that notes them. The setter of a WebAssembly.Global costs as much
 * as all the rest.
 */
export interface SwitchExports {
  readonly machine_start: (stackPointer: number, stackLimit: number, coverage: number) => void;
  readonly machine_rewind: (data: number, stackPointer: number, stackLimit: number, coverage: number) => void;
  /** Answers the stack pointer of the context that has stopped. */
  readonly machine_unwound: () => number;
  /** The stack pointer of the context that runs. */
  readonly machine_stack: () => number;
}

function addSwitches(binaryen: typeof Binaryen, module: Binaryen.Module): void {
  const { i32, none, createType, getExportInfo } = binaryen;
  const pointer = getExportInfo(module.getExport('__stack_pointer')).value;
  const limit = getExportInfo(module.getExport(stackGlobals.limit)).value;
  const noted = module.getExport(coverageExport);
  const coverage = noted === 0 ? null : getExportInfo(noted).value;
  const setOwn = (parameter: number) => [
    module.global.set(pointer, module.local.get(parameter, i32)),
    module.global.set(limit, module.local.get(parameter + 1, i32)),
    ...(coverage === null ? [] : [module.global.set(coverage, module.local.get(parameter + 2, i32))]),
  ];
  const add = (name: keyof SwitchExports, parameters: number, result: number, body: number) => {
    module.addFunction(name, parameters, result, [], body);
    module.addFunctionExport(name, name);
  };
  add('machine_start', createType([i32, i32, i32]), none, module.block(null, setOwn(0)));
  const rewind = module.call('asyncify_start_rewind', [module.local.get(0, i32)], none);
  add('machine_rewind', createType([i32, i32, i32, i32]), none, module.block(null, [...setOwn(1), rewind]));
  const stop = module.call('asyncify_stop_unwind', [], none);
  add('machine_unwound', none, i32, module.block(null, [stop, module.global.get(pointer, i32)], i32));
  add('machine_stack', none, i32, module.global.get(pointer, i32));
}

/** `switching` names imports as `module.name`. All features that wasm-ld uses by default, and no other: Node 20
 *  rejects a module that is written with all that Binaryen knows. */
export async function asyncify(bytes: Uint8Array, switching: readonly string[]): Promise<Uint8Array> {
  const binaryen = await loadBinaryen();
  const module = binaryen.readBinary(bytes);
  try {
    const { Features } = binaryen;
    module.setFeatures(
      Features.MutableGlobals |
        Features.Atomics |
        Features.BulkMemory |
        Features.SignExt |
        Features.NontrappingFPToInt |
        Features.Multivalue |
        Features.ReferenceTypes,
    );
    binaryen.setOptimizeLevel(1);
    binaryen.setShrinkLevel(0);
    binaryen.setDebugInfo(true);
    module.runPasses(['simplify-locals', 'coalesce-locals', 'vacuum']);
    binaryen.setPassArgument('asyncify-imports', switching.join(','));
    module.runPasses(['asyncify']);
    addSwitches(binaryen, module);
    module.runPasses([
      'simplify-locals',
      'coalesce-locals',
      'vacuum',
      'optimize-instructions',
      'merge-blocks',
    ]);
    return module.emitBinary();
  } finally {
    binaryen.setPassArgument('asyncify-imports', null);
    module.dispose();
  }
}
