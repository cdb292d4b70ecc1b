// A schedule of a case run again: the table of its steps, and what it showed.
import type { ModelReplay } from '../../model/index.js';
import { incidentText } from '../../words/index.js';
import { scheduleTable } from './schedule-table.js';

/** A column a CPU, a row a step, in lines of `width` characters. */
export function replayTable({ steps, sides }: ModelReplay, width: number): string {
  const columns = sides.map(({ name, context, cpu }, index) => ({
    context: index + 1,
    heading: `CPU ${cpu}: ${name} (${context})`,
  }));
  return scheduleTable(steps, columns, width);
}

/** A sentence each, without a full stop. */
export function replayFindings({ findings }: ModelReplay): string[] {
  return findings.map(incidentText);
}
