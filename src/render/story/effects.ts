// What a race does, in sentences without a full stop: what the harness counted on a kernel, and what the model saw.
import type { Evidence } from '../../evidence/index.js';
import type { RunRecord } from '../../record/index.js';

/** An invariant that did not hold in so many rounds of a kernel's boots. */
export interface BrokenInvariant {
  readonly text: string;
  readonly count: number;
}

/** As the harness says it in KTAP: `millrace: in 72 of 3450 rounds this did not hold: ...`. */
const broken = /^millrace: in (\d+) of \d+ rounds this did not hold: (.*)$/;

/** Of the base (0) or the fixed kernel (1), added up over its boots, in the order of the harness. */
export function brokenInvariants(record: RunRecord, side: 0 | 1): BrokenInvariant[] {
  const counts = new Map<string, number>();
  for (const boot of record.runs[side]?.boots ?? []) {
    for (const line of boot.tests.flatMap(({ diagnostics }) => diagnostics)) {
      const [, count, text] = broken.exec(line) ?? [];
      if (text !== undefined) counts.set(text, (counts.get(text) ?? 0) + Number(count));
    }
  }
  return [...counts].map(([text, count]) => ({ text, count }));
}

/** What the model engine saw on one side, each text once; lost updates and the like before the outcomes they lead to. */
export function modelHarms({ harms }: Evidence, side: 'base' | 'fixed'): string[] {
  return [...new Set(harms.filter((harm) => harm.side === side).map(({ text }) => text))];
}
