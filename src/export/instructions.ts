// The text beside the patch: what to type, with no Millrace anywhere.
import type { Case } from '../case/index.js';
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
    ...data.variables.map((variable) => `--make_options ${variable}`),
    '--jobs "$(nproc)"',
  ].join(' \\\n    ');
  // Longer than with Millrace: where the whole kernel is instrumented, few of KCSAN's watchpoints fall on the case.
  const append = `kunit.filter_glob=${suite}.* kunit.enable=1 console=ttyS0 kunit_shutdown=reboot millrace.seconds=20`;
  const boot = [
    `timeout ${kernel.timeout} qemu-system-x86_64`,
    `-smp ${kernel.cpus}`,
    `-m ${kernel.memory}`,
    '-kernel ../out-millrace/arch/x86/boot/bzImage',
    `-append '${append}'`,
    '-nographic',
    '-no-reboot',
  ].join(' \\\n    ');
  return { build, boot };
}

/** The whole text; no line of prose is longer than 72 columns. */
export function instructions(data: InstructionsData): string {
  const { case: theCase, tree } = data;
  const { build, boot } = stockCommands(data);
  const pairs = theCase.tests.flatMap(({ races }) => races.map(({ functions }) => functions));
  const fixes = data.fixes.map(
    (fix) => `    patch -p1 < ${fix}\n    # build and boot again: no report of the pair should be left\n`,
  );
  return `${theCase.title}

Made for Linux ${tree.version} (${tree.spec}${tree.commit === null ? '' : `, ${tree.commit}`}).
Needed: the kernel's build tools, clang, python3, qemu-system-x86_64.

1. In a copy of that tree, add the harness:

    patch -p1 < ${data.patch}

2. Build:

    ${build}

3. Boot:

    ${boot}

The console should have reports that begin with one of

${pairs.map((pair) => `    BUG: KCSAN: data-race in ${[...pair].sort().join(' / ')}`).join('\n')}

(either function may come first). A guest that runs slowly may need a
longer time limit.
${fixes.length === 0 ? '' : `\n4. With a fix:\n\n${fixes.join('\n')}`}
What the harness takes for granted:

${theCase.assumptions.map((assumption) => wrapItem(assumption)).join('\n')}
`;
}

function wrapItem(text: string): string {
  const lines: string[] = [];
  let line = '-';
  for (const word of text.split(/\s+/)) {
    if (`${line} ${word}`.length > 72) {
      lines.push(line);
      line = '  ';
      line += word;
    } else line += ` ${word}`;
  }
  return [...lines, line].join('\n');
}
