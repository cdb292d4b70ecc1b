// A finding of the model engine told at length: who allocated, freed and used an object, who waits for whom.
import type { Evidence } from '../../evidence/index.js';
import type { ModelFinding } from '../../model/index.js';
import { findingParts, livedAlike } from '../../words/index.js';
import { chainLines } from '../terminal/index.js';
import { stackLines, wrapped } from './reports.js';

type Told = Pick<ModelFinding, 'kind' | 'lifetime' | 'references' | 'waits'>;

/** The stories of one test, each with its kind; of findings about one object with one end, the first. */
export function findingStories(
  findings: readonly Told[],
  evidence: Pick<Evidence, 'run'>,
  columns: number,
): { readonly kind: string; readonly lines: readonly string[]; readonly others: number }[] {
  const first = findings.filter(
    (finding, index) => !findings.slice(0, index).some((one) => livedAlike(one, finding)),
  );
  return first
    .map((finding) => ({
      kind: finding.kind,
      lines: findingStory(finding, evidence, columns),
      others: findings.filter((one) => one !== finding && livedAlike(one, finding)).length,
    }))
    .filter(({ lines }) => lines.length > 0);
}

/** Lines of at most `columns` cells; none where the finding's one sentence says it all. */
function findingStory(finding: Told, evidence: Pick<Evidence, 'run'>, columns: number): string[] {
  const parts = findingParts(finding).flatMap(({ text, stack, notes }, index) => [
    ...(index === 0 ? [] : ['']),
    ...wrapped(`${text}:`, columns),
    ...stackLines(stack, evidence, columns),
    ...notes.flatMap((note) => wrapped(` ${note}`, columns)),
  ]);
  return [...parts, ...chainLines(finding.waits, columns, 0)];
}
