// The stock way to run a case: one patch against the tree, kunit.py and QEMU. What `export` writes down and what reports
// say of it is this one value.
import { quoted } from '../base/index.js';
import type { Case } from '../case/index.js';
import { findToolchain, harnessFolder, stockOptions, toolchainVariables } from '../kernel/index.js';

/** Plain data; commands are for the top folder of a copy of the tree, and may go over several lines. */
export interface StockSteps {
  /** File name of the patch that adds the harness. */
  readonly patch: string;
  readonly apply: string;
  readonly build: string;
  readonly boot: string;
  /** Of the case's fixes. */
  readonly fixes: readonly { readonly name: string; readonly patch: string; readonly apply: string }[];
}

/** Path inside the tree of the configuration that the patch adds. */
export const stockKunitconfig = `${harnessFolder}/kunitconfig`;

/**
 * The steps with the toolchain of this machine.
 * @param makeOptions all of them, the case's own among them
 * Errors: `environment` without toolchain.
 */
export async function stockSteps(
  theCase: Pick<Case, 'name' | 'suite' | 'kernel' | 'fixes'>,
  makeOptions: readonly string[],
  signal?: AbortSignal,
): Promise<StockSteps> {
  const toolchain = await findToolchain({ makeOptions, ...(signal === undefined ? {} : { signal }) });
  const variables = toolchainVariables(toolchain, makeOptions).filter(
    (variable) => !/^(HOSTCC|OBJDUMP|STRIP)=/.test(variable),
  );
  const patch = `0001-${theCase.name.replace(/[^\w.-]/g, '-')}-harness.patch`;
  return {
    patch,
    apply: applyCommand(patch),
    ...stockCommands({ case: theCase, kunitconfig: stockKunitconfig, variables }),
    fixes: theCase.fixes.map(({ name }) => {
      const file = `${name}.patch`;
      return { name, patch: file, apply: applyCommand(file) };
    }),
  };
}

function applyCommand(patch: string): string {
  return `patch -p1 < ${quoted(patch)}`;
}

/** The two stock commands alone, for a reader and for the test that runs them. */
export function stockCommands(data: {
  readonly case: Pick<Case, 'suite' | 'kernel'>;
  /** Path inside the tree. */
  readonly kunitconfig: string;
  /** `CC=clang-19` and the like. */
  readonly variables: readonly string[];
}): { readonly build: string; readonly boot: string } {
  const { kernel, suite } = data.case;
  const build = [
    './tools/testing/kunit/kunit.py build',
    '--arch=x86_64',
    `--kunitconfig=${data.kunitconfig}`,
    '--build_dir=../out-millrace',
    ...data.variables.map((variable) => `--make_options ${quoted(variable)}`),
    '--jobs "$(nproc)"',
  ].join(' \\\n    ');
  const options = stockOptions({
    ...kernel,
    kernel: '../out-millrace/arch/x86/boot/bzImage',
    filter: `${suite}.*`,
    // Longer than with Millrace: where the whole kernel is instrumented, few of KCSAN's watchpoints fall on the case.
    parameters: ['millrace.seconds=20'],
    machine: [],
  });
  const boot = [
    `timeout ${kernel.timeout} qemu-system-x86_64`,
    ...options.map((words) => words.map(quoted).join(' ')),
  ].join(' \\\n    ');
  return { build, boot };
}
