// A run's result on the terminal, whichever engines made it.

import { type Evidence, engineOf } from '../../evidence/index.js';
import { runReasonText, verdictText } from '../../words/index.js';
import { renderDirectedResult } from './directed-result.js';
import { renderKcsanResult } from './kcsan-result.js';
import { renderKernelResult } from './kernel-result.js';
import { renderModelResult } from './model-result.js';
import type { ResultOptions } from './section.js';
import { paletteFor, printable, wrapLines } from './text.js';

export function renderResult(evidence: Evidence, options: ResultOptions): string {
  const [explored, sampled, directed, booted] = (['model', 'kcsan', 'directed', 'kernel'] as const).map(
    (name) => engineOf(evidence, name) !== undefined,
  );
  const parts = [
    ...(explored ? [renderModelResult(evidence, options)] : []),
    ...(sampled ? [renderKcsanResult(evidence, options)] : []),
    ...(directed ? [renderDirectedResult(evidence, options)] : []),
    // With its head alone where nothing has run yet.
    ...(booted || !(explored || sampled || directed) ? [renderKernelResult(evidence, options)] : []),
  ];
  if (parts.length < 2) return parts.join('');
  const verdict = [
    ...wrapLines(
      paletteFor(options).bold(
        `Verdict of ${parts.length > 2 ? 'all engines' : booted || directed ? 'both engines' : 'both detectors'}: ${verdictText(evidence.verdict)}`,
      ),
      options.columns,
    ),
    ...wrapLines(printable(runReasonText(evidence.verdict.reason)), options.columns, { first: 2, rest: 2 }),
  ];
  return [...parts, verdict.join('\n')].join('\n\n');
}
