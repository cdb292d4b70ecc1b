// The text beside the patch: what to type, with no Millrace anywhere.

import wrapAnsi from 'wrap-ansi';
import { quoted } from '../base/index.js';
import type { Case } from '../case/index.js';
import { stockOptions } from '../kernel/index.js';
import type { Tree } from '../tree/index.js';

export interface InstructionsData {
  readonly case: Case;
  readonly tree: Tree;
  /** File names beside the text. */
  readonly patch: string;
  readonly fixes: readonly string[];
  /** Path inside the tree. */
  readonly kunitconfig: string;
  /** `CC=clang-19` and the like. */
  readonly variables: readonly string[];
}

/** The two stock commands alone, for a reader and for the test that runs them. */
export function stockCommands(data: Pick<InstructionsData, 'case' | 'kunitconfig' | 'variables'>): {
  readonly build: string;
  readonly boot: string;
} {
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

/** The whole text; no line of prose is longer than 72 columns. */
export function instructions(data: InstructionsData): string {
  const { case: theCase, tree } = data;
  const { build, boot } = stockCommands(data);
  const titles = theCase.tests.flatMap(({ races }) =>
    races.map(({ functions }) => `    BUG: KCSAN: data-race in ${[...functions].sort().join(' / ')}`),
  );
  const fixes = data.fixes.map(
    (fix) => `    patch -p1 < ${fix}\n    # build and boot again: no report of the pair should be left\n`,
  );
  return `${theCase.title}

Made for Linux ${tree.version} (${tree.spec}${tree.commit === null ? '' : `, ${tree.commit}`}).
Needed: the kernel's build tools, clang, python3, qemu-system-x86_64.

1. In the top folder of a copy of that tree, add the harness (the patches
   are beside this text):

    patch -p1 < ${data.patch}

2. Build:

${indented(build)}

3. Boot:

${indented(boot)}

${titles.length === 0 ? 'The console should have no report of KCSAN.' : expected([...new Set(titles)])}
A guest that runs slowly may need a longer time limit.
${fixes.length === 0 ? '' : `\n4. With a fix:\n\n${fixes.join('\n')}`}
What the harness takes for granted:

${theCase.assumptions.map((assumption) => wrapItem(assumption)).join('\n')}
`;
}

function expected(titles: readonly string[]): string {
  return `The console should have reports that begin with one of

${titles.join('\n')}

(either function may come first).`;
}

/** A command under the text: each of its lines four columns in. */
function indented(command: string): string {
  return command.replace(/^/gm, '    ');
}

function wrapItem(text: string): string {
  return wrapAnsi(text.replace(/\s+/g, ' ').trim(), 70).replace(/^/gm, '  ').replace(/^ {2}/, '- ');
}
