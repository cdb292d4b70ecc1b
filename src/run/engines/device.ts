// What the kernel engine needs of a case with a device before anything is built: its description, and device.c as
// WebAssembly.
import { inputError } from '../../base/index.js';
import type { Case } from '../../case/index.js';
import { deviceHeader, loadDevice } from '../../device/index.js';
import type { DescribedDevice } from '../../kernel/index.js';
import { compileModule, findModelCompiler } from '../../model/index.js';

/**
 * Null for a case without a device.
 * Errors: `input` for a description or code that cannot be used, each with its line.
 */
export async function readyDevice(
  theCase: Case,
  signal: AbortSignal | undefined,
): Promise<DescribedDevice | null> {
  if (theCase.device === undefined) return null;
  const description = await loadDevice(theCase.device.description);
  if (description.code === null) return { description, wasm: null };
  const wasm = await compileModule({
    compiler: await findModelCompiler({ signal }),
    file: description.code,
    headers: { 'device.h': deviceHeader(description.arrays) },
    signal,
  });
  return { description, wasm };
}

/** Errors: `input` for a case that has hardware and a program in place of a harness. */
export function refuseWithoutHarness({ device, harness, name }: Case): void {
  if (device?.user === harness)
    throw inputError(`the case ${name} has a device and no harness, and runs on the kernel engine alone`, {
      hint: 'Add --engine kernel, or a harness for the model engine.',
    });
}
