// What a command that others may read calls a case: no path outside the folder that it was run in.
import { isAbsolute } from 'node:path';
import type { RunRecord } from '../../record/index.js';

export function caseInText({ case: { name, argument } }: RunRecord): string {
  return argument === undefined || isAbsolute(argument) ? name : argument;
}
