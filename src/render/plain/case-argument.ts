// What a command that others may read calls a case: no path outside the folder that it was run in.
import { isAbsolute } from 'node:path';
import type { Evidence } from '../../evidence/index.js';

export function caseInText({
  run: {
    case: { name, argument },
  },
}: Pick<Evidence, 'run'>): string {
  return argument === undefined || isAbsolute(argument) ? name : argument;
}
