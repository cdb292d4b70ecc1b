// A run's result on the terminal, whichever engine made it.
import { evidenceOf } from '../../evidence/index.js';
import type { RunRecord } from '../../record/index.js';
import { renderKernelResult } from './kernel-result.js';
import { renderModelResult } from './model-result.js';
import type { ResultOptions } from './section.js';
import { paletteFor, printable, wrapLines } from './text.js';

export function renderResult(record: RunRecord, options: ResultOptions): string {
  if (record.engine === 'model') return renderModelResult(record, options);
  if (record.engine === 'kernel') return renderKernelResult(record, options);
  const { kind, reason } = evidenceOf(record).verdict;
  const verdict = [
    ...wrapLines(paletteFor(options).bold(`Verdict of both engines: ${kind}`), options.columns),
    ...wrapLines(printable(reason), options.columns, { first: 2, rest: 2 }),
  ].join('\n');
  const kernel = record.runs.length === 0 ? [] : [renderKernelResult(record, options)];
  return [renderModelResult(record, options), ...kernel, verdict].join('\n\n');
}
