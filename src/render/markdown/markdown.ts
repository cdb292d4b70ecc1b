// A run as a comment on a merge request: the verdict, the mail, and the whole result folded up behind it. All text of the
// record stands in code blocks, where a code hosting site takes nothing for markup, a link or a person.
import type { Evidence } from '../../evidence/index.js';
import type { RunState } from '../../record/index.js';
import { verdictText } from '../../words/index.js';
import { renderMail } from '../mail/index.js';
import { renderResult } from '../terminal/index.js';

/** GitHub takes 65,536 characters in one comment; half for each block, and room for what is around them. */
const longestBlock = 32_000;

export function renderMarkdown(evidence: Evidence, state: RunState = evidence.run.status): string {
  const [, ...mail] = renderMail(evidence, { state }).split('\n\n');
  return [
    `### Millrace: ${state === 'finished' ? verdictText(evidence.verdict) : state}`,
    '',
    ...codeBlock(mail.join('\n\n')),
    '',
    '<details><summary>The whole result</summary>',
    '',
    ...codeBlock(renderResult(evidence, { columns: 80, colour: false, state })),
    '',
    '</details>',
    '',
  ].join('\n');
}

/** Ends only where it is meant to: its fence is longer than any that the text has. */
function codeBlock(text: string): string[] {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(Math.min(longest + 1, longestBlock / 2));
  return [`${fence}text`, shortened(text.trimEnd(), longestBlock - 2 * fence.length), fence];
}

/** Whole lines of it, and how many are missing. */
function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const kept = text.slice(0, text.lastIndexOf('\n', most - 80));
  const missing = text.slice(kept.length + 1).split('\n').length;
  return `${kept}\n[${missing} more lines: \`millrace show\` has them]`;
}
