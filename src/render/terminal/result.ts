// A run's result on the terminal, whichever engine made it.
import type { RunRecord } from '../../record/index.js';
import { renderKernelResult } from './kernel-result.js';
import { renderModelResult } from './model-result.js';
import type { ResultOptions } from './section.js';

export function renderResult(record: RunRecord, options: ResultOptions): string {
  return record.engine === 'model' ? renderModelResult(record, options) : renderKernelResult(record, options);
}
