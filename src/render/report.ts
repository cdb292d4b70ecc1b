// The renderings by name: each a pure function of the record.
import { evidenceOf } from '../evidence/index.js';
import type { RunRecord, RunState } from '../record/index.js';
import { renderCommitMessage } from './commit-message/index.js';
import { renderDiagramSvg, renderDiagramText } from './diagram/index.js';
import { type LivePage, renderHtml } from './html/index.js';
import { renderJunit } from './junit/index.js';
import { renderMail } from './mail/index.js';
import { renderSarif } from './sarif/index.js';
import { renderResult } from './terminal/index.js';

export const reportFormats = [
  'terminal',
  'mail',
  'commit-message',
  'html',
  'json',
  'junit',
  'sarif',
  'diagram',
  'svg',
] as const;

export type ReportFormat = (typeof reportFormats)[number];

export interface ReportOptions {
  /** For the terminal: cells of a line; 80 when absent. */
  readonly columns?: number;
  /** For the terminal; false when absent. */
  readonly colour?: boolean;
  /** Where the record is, for the terminal. */
  readonly directory?: string;
  /** From `stateOf`; the record's own status when absent. */
  readonly state?: RunState;
  /** For the mail: the message id that it answers. */
  readonly inReplyTo?: string;
  /** For the mail: instead of the subject that the record gives. */
  readonly subject?: string;
  /** For the web page: what makes its interleavings go both ways. */
  readonly live?: LivePage;
}

/** The text, ending in a line end. */
export function renderReport(record: RunRecord, format: ReportFormat, options: ReportOptions = {}): string {
  switch (format) {
    case 'terminal':
      return `${renderResult(record, { ...options, columns: options.columns ?? 80, colour: options.colour ?? false })}\n`;
    case 'mail':
      return renderMail(record, options);
    case 'commit-message':
      return renderCommitMessage(record);
    case 'html':
      return renderHtml(record, options.state, options.live);
    case 'json':
      return `${JSON.stringify({ record, evidence: evidenceOf(record) }, null, 2)}\n`;
    case 'junit':
      return renderJunit(record);
    case 'sarif':
      return renderSarif(record);
    case 'diagram':
      return renderDiagramText(record);
    case 'svg':
      return renderDiagramSvg(record);
  }
}
