// The renderings by name: each a pure function of the evidence.

import { safeJson } from '../base/index.js';
import type { Evidence } from '../evidence/index.js';
import type { Mail } from '../mail/index.js';
import type { RunState } from '../record/index.js';
import { withTexts } from '../words/index.js';
import { renderCommitMessage } from './commit-message/index.js';
import { renderDiagramSvg, renderDiagramText } from './diagram/index.js';
import { type LivePage, renderHtml } from './html/index.js';
import { renderJunit } from './junit/index.js';
import { renderKcidb } from './kcidb/index.js';
import { renderMail } from './mail/index.js';
import { renderMarkdown } from './markdown/index.js';
import { renderSarif } from './sarif/index.js';
import { renderResult } from './terminal/index.js';

export const reportFormats = [
  'terminal',
  'mail',
  'commit-message',
  'markdown',
  'html',
  'json',
  'junit',
  'sarif',
  'kcidb',
  'diagram',
  'svg',
] as const;

/** As `millrace report --as` takes it. */
export type ReportFormat = (typeof reportFormats)[number];

/** What only some of the formats need. */
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
  /** For the mail: the mail that it answers, whose people, thread and text it takes up. */
  readonly replyTo?: Mail;
  /** For the mail: instead of the subject that the record gives. */
  readonly subject?: string;
  /** For KCIDB: the name of the CI that submits it, as `[a-z0-9_]+`; `millrace` when absent. */
  readonly origin?: string;
  /** For the web page: what makes its interleavings go both ways. */
  readonly live?: LivePage;
}

/** The text, ending in a line end. */
export function renderReport(evidence: Evidence, format: ReportFormat, options: ReportOptions = {}): string {
  switch (format) {
    case 'terminal':
      return `${renderResult(evidence, { ...options, columns: options.columns ?? 80, colour: options.colour ?? false })}\n`;
    case 'mail':
      return renderMail(evidence, options);
    case 'commit-message':
      return renderCommitMessage(evidence);
    case 'markdown':
      return renderMarkdown(evidence, options.state);
    case 'html':
      return renderHtml(evidence, options.state, options.live);
    case 'json':
      return `${safeJson(withTexts(evidence), 2)}\n`;
    case 'junit':
      return renderJunit(evidence);
    case 'sarif':
      return renderSarif(evidence);
    case 'kcidb':
      return renderKcidb(evidence, options.origin);
    case 'diagram':
      return renderDiagramText(evidence);
    case 'svg':
      return renderDiagramSvg(evidence);
  }
}
