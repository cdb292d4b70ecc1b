// The text beside the patch: what to type, with no Millrace anywhere.

import wrapAnsi from 'wrap-ansi';
import type { Case } from '../case/index.js';
import type { Tree } from '../tree/index.js';
import type { StockSteps } from './stock.js';

export interface InstructionsData {
  readonly case: Case;
  readonly tree: Tree;
  readonly steps: StockSteps;
  /** File name of the patch with the points; null without. */
  readonly points: string | null;
}

/** The whole text; no line of prose is longer than 72 columns. */
export function instructions(data: InstructionsData): string {
  const { case: theCase, tree, steps, points } = data;
  const titles = theCase.tests.flatMap(({ races }) =>
    races.map(({ functions }) => `    BUG: KCSAN: data-race in ${[...functions].sort().join(' / ')}`),
  );
  const fixes = steps.fixes.map(
    ({ apply }) => `    ${apply}\n    # build and boot again: no report of the pair should be left\n`,
  );
  return `${theCase.title}

Made for Linux ${tree.version} (${tree.spec}${tree.commit === null ? '' : `, ${tree.commit}`}).
Needed: the kernel's build tools, clang, python3, qemu-system-x86_64.

1. In the top folder of a copy of that tree, add the harness (the patches
   are beside this text):

    ${steps.apply}
${points === null ? '' : pointsText(points)}
2. Build:

${indented(steps.build)}

3. Boot:

${indented(steps.boot)}

${titles.length === 0 ? 'The console should have no report of KCSAN.' : expected([...new Set(titles)])}
A guest that runs slowly may need a longer time limit.
${fixes.length === 0 ? '' : `\n4. With a fix:\n\n${fixes.join('\n')}`}
What the harness takes for granted:

${theCase.assumptions.map((assumption) => wrapItem(assumption)).join('\n')}
`;
}

function pointsText(patch: string): string {
  return `
   And the points at which one schedule is played turn by turn, so that
   nothing is left to chance; without them the sides run against each
   other at random:

    patch -p1 < ${patch}

   For each test the console then has a line such as

    # TEST: millrace-directed: ... rounds=100 played=100 harmed=100 ...

   where \`harmed\` counts rounds in which the harness's invariants did not
   hold, and \`late\` those in which a side waited for the other, so that the
   schedule could not be played (with a fix: apply it on top).
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
