// A KernelReport as text of our own making: title, access, object, locks, and stacks under their labels.
import { formatFrame } from './format-race-report.js';
import type { KernelReport } from './kernel/kernel-report.js';

/** Lines with a line end each; what the report does not know is left out. */
export function formatKernelReport(report: KernelReport): string {
  const { title, access, object, locks, stacks } = report;
  const lines = [title];
  if (access !== null) {
    const { type, size, address, task, pid, cpu } = access;
    const parts = [
      type ?? 'access',
      size === null ? '' : `of ${size} bytes`,
      address === null ? '' : `at ${address}`,
      task === null ? '' : `by ${task}/${pid}`,
      cpu === null ? '' : `on cpu ${cpu}`,
    ];
    lines.push(parts.filter((part) => part !== '').join(' '));
  }
  if (object !== null) lines.push(`object of ${object.size ?? '?'} bytes, cache ${object.cache ?? '?'}`);
  for (const { name, how, at } of locks) lines.push(`${how} ${name}${at === null ? '' : ` at ${at}`}`);
  for (const { label, stack } of stacks)
    lines.push('', `${label}:`, ...stack.map((frame) => ` ${formatFrame(frame)}`));
  return `${lines.join('\n')}\n`;
}
