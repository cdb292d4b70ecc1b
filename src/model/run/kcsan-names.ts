// What KCSAN saw, as a kernel names it: symbols with offset and size, files and lines, and the variables besides.
import type { RaceReport } from '../../report/index.js';
import type { ModelVariable } from '../basics.js';
import { type FrameNames, type KcsanReport, raceReport } from '../detect/kcsan/index.js';
import type { Program } from '../link/index.js';
import type { HeapBlock, ReplayStep } from '../replay/index.js';
import { type SourceNames, sourceNames } from './source-names.js';
import { namesIn } from './step-names.js';
import { variableNamesOf } from './variables.js';

export interface KcsanNames {
  readonly names: SourceNames;
  report(report: KcsanReport): RaceReport;
  /** Names among the objects of an execution. */
  within(blocks: readonly HeapBlock[]): {
    stepName(step: ReplayStep): string | null;
    /** Of the bytes that all accesses of a report touch. */
    variableOf(report: KcsanReport): ModelVariable | null;
  };
}

/** @param root where the sources were read */
export function kcsanNames(program: Program, root: string, harness: string): KcsanNames {
  const names = sourceNames(program, root, harness);
  const variables = variableNamesOf(program, names, harness);
  const frames = frameNames(program, names);
  return {
    names,
    report: (report) => raceReport(report, frames),
    within: (blocks) => {
      const { stepName, variableAt } = namesIn({ program, names, variables }, blocks);
      return {
        stepName,
        variableOf: ({ accesses }) => {
          const address = Math.max(...accesses.map((access) => access.address));
          const end = Math.min(...accesses.map((access) => access.address + access.size));
          const sites = accesses.flatMap(({ stack }) => stack.slice(0, 1));
          return variableAt(address, Math.max(1, end - address), sites);
        },
      };
    },
  };
}

/** The function of the program has an offset and a size, as a kernel's symbols have. */
function frameNames({ symbols }: Program, names: SourceNames): FrameNames {
  return {
    functionOf: (site) => symbols.place(site).function,
    frames: (site) => {
      const frames = names.frames(site);
      return frames.map((frame, index) =>
        index === frames.length - 1 ? { ...frame, ...symbols.extent(site) } : frame,
      );
    },
  };
}
