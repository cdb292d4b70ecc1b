// What every engine hands on: one race, as KCSAN tells it (kernel/kcsan/report.c, v6.12). Plain data, absent values
// as null, so that it can be stored and rendered again later. Schema: schemas/parse.schema.json.

/** One line of a stack, innermost first. */
export interface StackFrame {
  readonly function: string;
  /** Bytes from the start of the function; null where the log has none. */
  readonly offset: number | null;
  /** Bytes that the function has; null where the log has none. */
  readonly size: number | null;
  /** Kernel module that the function is from; null for the kernel itself. */
  readonly module: string | null;
  /** Path inside the tree, once symbolised or where the log has it. */
  readonly file: string | null;
  /** Counts from 1. */
  readonly line: number | null;
  /** Whether the compiler inlined it into the frame that follows. */
  readonly inlined: boolean;
}

/** Who made an access. KCSAN's text knows a task and an interrupt (hard or soft) alone. */
export interface AccessContext {
  readonly kind: 'task' | 'interrupt';
  /** Task id, for a task. */
  readonly pid: number | null;
  readonly cpu: number;
}

export interface Access {
  /**
   * As KCSAN words it: `read`, `write`, `read-write`, each also with ` (marked)`, ` (reordered)`,
   * ` (marked, reordered)`, ` (scoped)`; `assert no accesses`, `assert no writes`.
   */
  readonly type: string;
  /** Hexadecimal with `0x`. A string, since it has 64 bits. */
  readonly address: string;
  /** Bytes. */
  readonly size: number;
  readonly context: AccessContext;
  readonly stack: readonly StackFrame[];
  /** Where the access was when the race showed, for one that KCSAN held back (`+-> reordered to:`). */
  readonly reorderedTo?: StackFrame;
}

export interface ValueChange {
  /** Hexadecimal with `0x`; null where KCSAN printed only a mask or only one value. */
  readonly old: string | null;
  readonly new: string | null;
  /** The bits looked at, for ASSERT_EXCLUSIVE_BITS. */
  readonly mask: string | null;
}

export interface Reporter {
  readonly cpu: number | null;
  readonly pid: number | null;
  readonly comm: string | null;
  /** `uname -r` of the kernel, as the report's last lines give it. */
  readonly kernel: string | null;
  /** `Not tainted`, or `Tainted: ` and its letters. */
  readonly taint?: string | null;
}

/** A report of KCSAN: two accesses with their stacks, or one where the other is not known. */
export interface RaceReport {
  /** Without `BUG: KCSAN: `, and as the log's line has it: a title that a mailer wrapped ends where its line does. */
  readonly title: string;
  readonly kind: 'data-race' | 'assert';
  /** `race at unknown origin`: a value changed under the watchpoint and nobody instrumented did it. */
  readonly unknownOrigin: boolean;
  /** Two, or one where the origin is unknown or the log ends early. The one that was reported first comes first. */
  readonly accesses: readonly Access[];
  readonly valueChanged: ValueChange | null;
  /** Seconds since boot, from the console's time stamps. */
  readonly time: number | null;
  readonly reporter: Reporter | null;
}

/** Reports of one race: the sorted pair of functions decides what is the same. */
export interface Race {
  /** Sorted; a race of unknown origin has one. */
  readonly functions: readonly string[];
  readonly count: number;
  /** Seconds since boot at which it was first seen; null without time stamps. */
  readonly first: number | null;
}
