// The words of a campaign's cells and of its rows.
import type { CampaignView, CellView } from '../../campaign/index.js';
import type { VerdictKind } from '../../judge/index.js';

const verdictWords: Readonly<Record<VerdictKind, string>> = {
  shown: 'shown',
  'fix-shown': 'shown, fix ends it',
  'fix-incomplete': 'shown, fix incomplete',
  'fix-harmful': 'fix harmful',
  'not-shown': 'not shown',
  inconclusive: 'inconclusive',
};

const stateWords: Readonly<Record<Exclude<CellView['state'], 'run'>, string>> = {
  refused: 'does not fit',
  failed: 'failed',
  waiting: 'waiting',
  running: 'running',
  'no tree': 'no tree',
};

/** How a cell stands to what its case says; `open` for whatever does not tell. */
export type Standing = 'good' | 'bad' | 'open';

export function standingOf({ verdict }: CellView): Standing {
  if (verdict?.outcome === 'as-expected') return 'good';
  return verdict?.outcome === 'not-as-expected' ? 'bad' : 'open';
}

const marks: Readonly<Record<Standing, string>> = { good: '✔', bad: '✘', open: '?' };

export function cellText(cell: CellView): string {
  const word =
    cell.state === 'run' ? verdictWords[cell.verdict?.kind ?? 'inconclusive'] : stateWords[cell.state];
  return `${marks[standingOf(cell)]} ${word}`;
}

interface Axis {
  readonly head: string;
  readonly of: (cell: CellView) => string;
}

const axes: readonly Axis[] = [
  { head: 'Case', of: ({ case: name }) => name },
  { head: 'Fix', of: ({ fix }) => fix ?? 'none' },
  { head: 'Configuration', of: ({ configuration }) => configuration },
  { head: 'Engine', of: ({ engine }) => engine },
  { head: 'Boots', of: ({ boots }) => (boots === null ? '' : String(boots)) },
];

export interface Matrix {
  /** Of the columns before those of the trees. */
  readonly heads: readonly string[];
  readonly trees: readonly string[];
  readonly rows: readonly {
    readonly names: readonly string[];
    /** In the order of the trees; undefined where there is none. */
    readonly cells: readonly (CellView | undefined)[];
  }[];
}

/** A column for each tree, a row for all else; what all cells share, but the case, has no column. */
export function matrixOf({ cells }: Pick<CampaignView, 'cells'>): Matrix {
  const shown = axes.filter(({ of }, index) => index === 0 || new Set(cells.map(of)).size > 1);
  const trees = [...new Set(cells.map(({ tree }) => tree))];
  const rows = new Map<string, CellView[]>();
  for (const cell of cells) {
    const name = JSON.stringify(axes.map(({ of }) => of(cell)));
    rows.set(name, [...(rows.get(name) ?? []), cell]);
  }
  return {
    heads: shown.map(({ head }) => head),
    trees,
    rows: [...rows.values()].flatMap((row) => {
      const [first] = row;
      if (first === undefined) return [];
      return [
        {
          names: shown.map(({ of }) => of(first)),
          cells: trees.map((tree) => row.find((cell) => cell.tree === tree)),
        },
      ];
    }),
  };
}

/** `foo, fix bar, debian:6.12`, with what else tells this cell from others. */
export function cellName(cell: CellView, { heads }: Matrix): string {
  const words = axes.flatMap(({ head, of }) => {
    if (head === 'Case') return [of(cell)];
    if (!heads.includes(head) || of(cell) === '') return [];
    if (head === 'Fix') return [cell.fix === null ? 'no fix' : `fix ${cell.fix}`];
    return [head === 'Boots' ? `${of(cell)} boots` : of(cell)];
  });
  return [...words, cell.tree].join(', ');
}

/** Why a cell is as it is: its verdict's reason, or why there is none. */
export function cellReason({ verdict, reason, failures }: CellView): string {
  const why = verdict?.reason ?? reason ?? '';
  return failures.length > 1 && verdict === null ? `${why} (the last of ${failures.length} tries)` : why;
}

/** One line of what was done. */
export function countsText({ counts }: Pick<CampaignView, 'counts'>): string {
  const { cells, jobs, done, found, failed, cutOff, seconds } = counts;
  const parts = [
    `${cells} ${cells === 1 ? 'cell' : 'cells'}`,
    `${done} of ${jobs} ${jobs === 1 ? 'job' : 'jobs'} done`,
    ...(found === 0 ? [] : [`${found} found from before`]),
    ...(failed === 0 ? [] : [`${failed} failed`]),
    ...(cutOff === 0 ? [] : [`${cutOff} cut off and begun again`]),
    `${seconds.toFixed(1)} s of work`,
  ];
  return parts.join(', ');
}
