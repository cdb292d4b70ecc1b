// What KCSAN has to be told, and what it needs done, by whoever runs the program.

/** What the detector asks of whoever runs the program. Contexts are numbers below `contexts`. */
export interface KcsanHost {
  readonly contexts: number;
  readonly cpus: number;
  /** The context that runs. */
  current(): number;
  cpuOf(context: number): number;
  /** Whether a context is a task, and not an interrupt. */
  inTask(context: number): boolean;
  pidOf(context: number): number;
  commOf(context: number): string;
  /** The value of 1, 2, 4 or 8 bytes. */
  read(address: number, size: number): bigint;
  /**
   * The current context does nothing for so long, others do. False: the caller must return at once, and the very same
   * call of the detector is made again when the time is over.
   */
  stall(nanoseconds: number, interruptible: boolean, address: number, site: number): boolean;
  /** Whether an address is &current->flags, which CONFIG_KCSAN_PERMISSIVE ignores. */
  isTaskFlags(address: number): boolean;
  /** Bytes at the bottom of memory that hold no object. */
  readonly nullBytes: number;
  /** Bytes of a long of the kernel that is stood in for. */
  readonly wordBytes: number;
  /** Virtual time since boot, in nanoseconds. */
  now(): number;
  /** Sites of the calls that the context is in, innermost first. */
  callers(context: number): readonly number[];
  functionOf(site: number): string;
}
