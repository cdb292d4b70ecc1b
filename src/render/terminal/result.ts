// A run's result on the terminal, whichever engines made it.
import { evidenceOf } from '../../evidence/index.js';
import type { RunRecord } from '../../record/index.js';
import { renderKcsanResult } from './kcsan-result.js';
import { renderKernelResult } from './kernel-result.js';
import { renderModelResult } from './model-result.js';
import type { ResultOptions } from './section.js';
import { paletteFor, printable, wrapLines } from './text.js';

export function renderResult(record: RunRecord, options: ResultOptions): string {
  const { engine, detector, runs, kcsan, model } = record;
  if (engine === 'kernel') return renderKernelResult(record, options);
  const isExplored = detector !== 'kcsan' || model !== undefined;
  const parts = [
    ...(isExplored ? [renderModelResult(record, options)] : []),
    ...(kcsan === undefined && isExplored ? [] : [renderKcsanResult(record, options)]),
    ...(runs.length === 0 ? [] : [renderKernelResult(record, options)]),
  ];
  if (engine === 'model' && detector !== 'both') return parts.join('\n\n');
  const { kind, reason } = evidenceOf(record).verdict;
  const whose = engine === 'both' ? 'both engines' : 'both detectors';
  const verdict = [
    ...wrapLines(paletteFor(options).bold(`Verdict of ${whose}: ${kind}`), options.columns),
    ...wrapLines(printable(reason), options.columns, { first: 2, rest: 2 }),
  ];
  return [...parts, verdict.join('\n')].join('\n\n');
}
