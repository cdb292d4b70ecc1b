// What a sample under KCSAN's algorithm hands on: plain data for evidence/, record/ and render/. The same case, tree,
// compiler and options give the same bytes, unless time runs out.
import type { RaceReport } from '../report/index.js';
import type { ModelSide, ModelVariable } from './basics.js';
import type { ModelTimeline } from './observations.js';
import type { ModelFinding } from './types.js';

export interface KcsanOptions {
  /** Of each test, at most. */
  readonly executions: number;
  readonly seed: number;
  /** Seconds for each test. */
  readonly maxTime: number;
  /** MiB of linear memory. */
  readonly maxMemory: number;
  /** Operations in one execution. */
  readonly maxSteps: number;
}

/** A race as KCSAN would have reported it: the reports of two lines, whoever ran into whose watchpoint. */
export interface KcsanRace {
  /** The first of it. */
  readonly report: RaceReport;
  /** What both accesses touch; null where neither debug information nor source tells. */
  readonly variable: ModelVariable | null;
  /** Executions that showed it, and the first that did, from 1. */
  readonly hits: number;
  readonly first: number;
  /** Of that first execution, for `millrace replay`. */
  readonly schedule: string;
}

/** A pair of functions whose reports are counted together, whatever their lines. */
export interface KcsanPair {
  /** Sorted. */
  readonly functions: readonly [string, string];
  /** Executions with a report of it, and the first such; null when there is none. */
  readonly hits: number;
  readonly first: number | null;
}

/** A sample of one test's executions under KCSAN's algorithm. */
export interface KcsanTest {
  readonly name: string;
  readonly sides: readonly ModelSide[];
  readonly executions: number;
  /** Executions in which KCSAN found any race, whether or not it had just printed it. */
  readonly hits: number;
  /** Reports that would have been printed, CONFIG_KCSAN_REPORT_ONCE_IN_MS considered. */
  readonly printed: number;
  /** Those that were asked for, in that order. */
  readonly pairs: readonly KcsanPair[];
  readonly races: readonly KcsanRace[];
  readonly findings: readonly Pick<ModelFinding, 'kind' | 'facts'>[];
  /** What the kernel would have warned of. */
  readonly warnings: readonly string[];
  /** As /sys/kernel/debug/kcsan has them. */
  readonly counters: Readonly<Record<string, number>>;
  readonly virtualSeconds: number;
  readonly stoppedBy: 'end' | 'time' | 'interrupt';
  /** The executions that first showed each race, step by step. */
  readonly timelines: readonly ModelTimeline[];
}

/** One program under KCSAN: the case's harness with the tree's sources, or with a fix's. */
export interface KcsanRun {
  /** `base`, or the fix's name. */
  readonly name: string;
  readonly compiler: string;
  /** Of the code that ran. */
  readonly program: string;
  /** CONFIG_KCSAN_* in force, as a `.config` has them. */
  readonly settings: readonly string[];
  /** Settings that are in force and that the model engine does not have. */
  readonly unmodelled: readonly 'verbose'[];
  readonly options: KcsanOptions;
  readonly tests: readonly KcsanTest[];
}
