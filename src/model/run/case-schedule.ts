// The schedule of a case as text: `streamoff_vs_delay:base:1a2b.c4d5:m1-7402eb5e-0.6,1.2`: test, fix, short
// digests of the tree's sources and of the case, and the schedule itself (replay/schedule.ts), or an execution of a sample
// under KCSAN (sampled-execution.ts).
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inputError } from '../../base/index.js';
import type { Case, CaseFix } from '../../case/index.js';
import type { Tree } from '../../tree/index.js';
import { formatSchedule, parseSchedule, type Schedule } from '../replay/index.js';
import {
  formatSampledExecution,
  isSampled,
  parseSampledExecution,
  type SampledExecution,
} from './sampled-execution.js';

/** What a schedule was found in. */
export interface Origin {
  /** `base`, or the fix's name. */
  readonly fix: string;
  /** Of the kernel's version and the sources under test. */
  readonly tree: string;
  /** Of harness, fragment, exposed functions and the fix. */
  readonly case: string;
}

export interface CaseSchedule {
  readonly test: string;
  readonly origin: Origin;
  readonly schedule: Schedule | SampledExecution;
}

export async function originOf(theCase: Case, tree: Tree, fix: CaseFix | null): Promise<Origin> {
  const sources = await Promise.all(
    theCase.sources.map((path) => readFile(join(tree.path, path), 'utf8').catch(() => '')),
  );
  const { undo } = theCase;
  const patches = [...(undo === undefined ? [] : [undo]), ...(fix === null ? [] : [fix.patch])];
  const device = theCase.device === undefined ? [] : [theCase.device.description];
  const files = [theCase.harness, theCase.kunitconfig, ...device, ...patches];
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  return {
    fix: fix?.name ?? 'base',
    tree: digest([tree.version, ...sources]),
    case: digest([theCase.sources, theCase.expose, ...texts]),
  };
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 4);
}

export function formatCaseSchedule({ test, origin, schedule }: CaseSchedule): string {
  const text = 'execution' in schedule ? formatSampledExecution(schedule) : formatSchedule(schedule);
  return [test, origin.fix, `${origin.tree}.${origin.case}`, text].join(':');
}

/** Spaces and line ends in it are none. Errors: `input` when the text is no schedule of a case, or one of another version of the machine. */
export function parseCaseSchedule(text: string): CaseSchedule {
  const match = /^([A-Za-z0-9_]+):([^:]+):([0-9a-f]{4})\.([0-9a-f]{4}):(.+)$/.exec(text.replace(/\s+/g, ''));
  if (match === null)
    throw inputError(`'${text}' is not the schedule of a case`, {
      hint: 'Copy all of it from a finding: test:fix:tree.case:schedule.',
    });
  const [, test = '', fix = '', tree = '', inCase = '', schedule = ''] = match;
  return {
    test,
    origin: { fix, tree, case: inCase },
    schedule: isSampled(schedule) ? parseSampledExecution(schedule) : parseSchedule(schedule),
  };
}

/** What differs between where a schedule comes from and where it is to be run again, a phrase each. */
export function differences(found: Origin, here: Origin): string[] {
  return [
    ...(found.fix === here.fix ? [] : [`the fix: ${found.fix} there, ${here.fix} here`]),
    ...(found.tree === here.tree ? [] : [`the tree's sources or version (${found.tree}, here ${here.tree})`]),
    ...(found.case === here.case ? [] : [`the case (${found.case}, here ${here.case})`]),
  ];
}
