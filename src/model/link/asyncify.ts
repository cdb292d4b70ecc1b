// Makes every function that can reach a switching import into a coroutine: Binaryen's Asyncify
// (binaryen/src/passes/Asyncify.cpp). Optimised before and after, which keeps the saved state small; loads and
// stores keep their order, since the imports between them may do anything.
/** `switching` names imports as `module.name`. All features that wasm-ld uses by default, and no other: Node 20
 *  rejects a module that is written with all that Binaryen knows. */
export async function asyncify(bytes: Uint8Array, switching: readonly string[]): Promise<Uint8Array> {
  // Half a second to load: only for those who need it.
  const { default: binaryen } = await import('binaryen');
  const module = binaryen.readBinary(bytes);
  try {
    const { Features } = binaryen;
    module.setFeatures(
      Features.MutableGlobals |
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
