// What a result of any engine begins with: the case, and the facts of its run.
import type { RunFacts } from '../../evidence/index.js';
import { factLines, type ResultOptions } from './section.js';
import { paletteFor, printable, wrapLines } from './text.js';

export type Fact = readonly [name: string, text: string];

export function titledFacts(run: RunFacts, facts: readonly Fact[], options: ResultOptions): string[] {
  const title = printable(`${run.case.name}: ${run.case.title}`);
  return [
    ...wrapLines(paletteFor(options).bold(title), options.columns, { first: 0, rest: 4 }),
    ...factLines(
      facts.map(([name, text]) => [name, printable(text)]),
      options,
    ),
  ];
}

/** What went wrong with the run itself, its tree and its fix, as far as it has them. */
export function commonFacts({ error, tree, fix }: RunFacts): Fact[] {
  const facts: Fact[] = [];
  if (error !== null)
    facts.push(['error', error.hint === null ? error.message : `${error.message}. ${error.hint}`]);
  if (tree !== null) {
    const commit = tree.commit === null ? '' : `, commit ${tree.commit}`;
    facts.push(['tree', `${tree.spec}, Linux ${tree.version}${commit}`]);
  }
  if (fix !== null) facts.push(['fix', `${fix.name}: ${fix.title}`]);
  return facts;
}
