// What KCSAN on the machine needs of whoever keeps time and CPUs.

/** Contexts are told apart by numbers below `contexts`: the machine's own, unless several take turns in one of those. */
export interface VirtualCpus {
  readonly cpus: number;
  readonly contexts: number;
  /** What runs in a context of the machine. */
  self(context: number): number;
  cpuOf(context: number): number;
  inTask(context: number): boolean;
  pidOf(context: number): number;
  commOf(context: number): string;
  /** Step of the machine from which on another context may have its turn. */
  readonly sliceEnd: number;
  /** The current context is busy for so long; without `interruptible` no interrupt comes upon it. */
  busy(nanoseconds: number, interruptible: boolean): void;
  /** Virtual time since boot, in nanoseconds. */
  now(): number;
}
