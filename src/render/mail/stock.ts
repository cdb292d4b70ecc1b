// How to run the case without Millrace: the steps that `millrace export` writes down, which the record has.
import { quoted } from '../../base/index.js';
import type { RunFacts } from '../../evidence/index.js';
import { mailColumns as columns, commandLines, paragraph } from '../plain/index.js';

/** Nothing where the record has no such steps: it is of an older version, or its machine had no toolchain. */
export function stockBlocks({ stock, tree, fix, case: { name } }: RunFacts): string[][] {
  if (!stock || tree === null) return [];
  const own = fix === null ? undefined : stock.fixes.find((one) => one.name === fix.name);
  const added = own === undefined ? stock.patch : `${stock.patch} and ${own.patch}`;
  return [
    paragraph(
      `To run it with stock tools, on a real kernel and without Millrace: ${added} ${own === undefined ? 'is' : 'are'} written by`,
      columns,
    ),
    commandLines(`millrace export ${quoted(name)} --tree ${quoted(tree.spec)} -o out`, columns, 2),
    paragraph(`In the top folder of a copy of ${tree.spec}, add the harness, build and boot:`, columns),
    commands(stock.apply, stock.build, stock.boot),
    ...(own === undefined
      ? []
      : [['And with the fix, before building and booting again:'], commands(own.apply)]),
  ];
}

/** Each on lines of its own, as wide as a mail is. */
function commands(...texts: readonly string[]): string[] {
  return texts.flatMap((text) => commandLines(text.replace(/\s*\\\n\s*/g, ' '), columns, 2));
}
