// What the kernel reports of itself, other than data races: one type a family, told apart by `kind`. Plain data, absent
// values as null. Schema: schemas/parse.schema.json. Names are those of the text that the kernel prints: lib/,
// mm/kasan/report.c, kernel/locking/lockdep.c, kernel/hung_task.c, kernel/rcu/tree_stall.h, kernel/sched/core.c,
// lib/debugobjects.c, lib/refcount.c, lib/list_debug.c, arch/*/mm/fault.c (v4.19 to v6.12).
import type { Reporter, StackFrame } from '../race-report.js';

/** Where the kernel was when it reported. */
export interface ReportPlace {
  readonly task: string | null;
  readonly pid: number | null;
  readonly cpu: number | null;
}

export interface ReportStack {
  /**
   * `access`, `alloc`, `free`, `work-creation`, `page-alloc`, `page-free`, `chain-N`, `registered`, `backtrace`, `sleep`,
   * `schedule`, `preempt-disabled`, `blocked`, `stalled`, `nmi-cpuN`, `task-NAME:PID`, `warn`; lockdep's usages as it
   * prints them (`IN-HARDIRQ-W`). From the second of a label on it ends with `-2`, `-3`.
   */
  readonly label: string;
  /** Innermost first. */
  readonly stack: readonly StackFrame[];
  /** What lay on the stack and may not have been called: lines with `?`, or `(unreliable)`. */
  readonly questionable: readonly StackFrame[];
  /** Of the task whose stack it is, where the stack says so. */
  readonly task: string | null;
  readonly pid: number | null;
}

export interface ReportLock {
  /** As lockdep names its class, with `#2` and `/1` where printed. */
  readonly name: string;
  readonly how:
    | 'acquiring'
    | 'holding'
    | 'taking'
    | 'changed'
    | 'past'
    | 'releasing'
    | 'freed'
    | 'held'
    | `chain-${number}`;
  /** The function that took or takes it. */
  readonly at: string | null;
  /** `at` with its offset, file and line. */
  readonly frame: StackFrame | null;
  /** For a held lock: its place in the list, and by whom (`comm/pid`) it is held. */
  readonly index: number | null;
  readonly by: string | null;
}

export interface ReportAccess {
  readonly type: 'read' | 'write' | 'free' | null;
  /** Bytes. */
  readonly size: number | null;
  /** Hexadecimal digits as printed. */
  readonly address: string | null;
  readonly task: string | null;
  readonly pid: number | null;
  readonly cpu: number | null;
}

export interface ReportObject {
  /** The slab cache. */
  readonly cache: string | null;
  /** Bytes. */
  readonly size: number | null;
  /** Bytes from the object, on the side that `where` tells. */
  readonly offset: number | null;
  /** `left` and `right` are before and behind the object. */
  readonly where: 'inside' | 'left' | 'right' | null;
}

interface ReportBase {
  /** The first line of the report as printed, without its prefix. */
  readonly title: string;
  readonly where: ReportPlace;
  readonly stacks: readonly ReportStack[];
  /** Held, wanted, and in chains. */
  readonly locks: readonly ReportLock[];
  /** The instruction at fault, where one is printed beside the stack (RIP, pc). */
  readonly ip: StackFrame | null;
  /** Seconds since boot. */
  readonly time: number | null;
  readonly reporter: Reporter | null;
  readonly access: ReportAccess | null;
  readonly object: ReportObject | null;
  readonly odebug: ReportOdebug | null;
}

export interface ReportOdebug {
  /** What was done to the object: `free active`, `assert_init not available`. */
  readonly what: string;
  readonly object_type: string;
  /** The object's callback, or its address. */
  readonly hint: string | null;
}

export const kasanKinds = [
  'kasan-uaf',
  'kasan-double-free',
  'kasan-invalid-free',
  'kasan-oob',
  'kasan-null-deref',
  'kasan-wild',
  'kasan-other',
] as const;

export const lockdepKinds = [
  'lockdep-circular',
  'lockdep-recursive',
  'lockdep-inconsistent',
  'lockdep-irq-inversion',
  'lockdep-irq-unsafe',
  'lockdep-unbalance',
  'lockdep-held-freed',
  'lockdep-held-return',
  'lockdep-wait-context',
  'lockdep-other',
  'rcu-usage',
] as const;

export const faultKinds = ['null-deref', 'page-fault', 'gpf'] as const;

export const plainKinds = [
  'atomic-sleep',
  'sched-atomic',
  'hung-task',
  'rcu-stall',
  'lockup',
  'refcount',
  'list-corruption',
  'kernel-bug',
  'warning',
  'ubsan',
] as const;

/** KASAN: mm/kasan/report.c. */
export interface KasanReport extends ReportBase {
  readonly kind: (typeof kasanKinds)[number];
  readonly access: ReportAccess;
  readonly odebug: null;
}

/** kernel/locking/lockdep.c. */
export interface LockdepReport extends ReportBase {
  readonly kind: (typeof lockdepKinds)[number];
  readonly access: null;
  readonly object: null;
  readonly odebug: null;
}

/** An access that the hardware refused: arch/x86/mm/fault.c, arch/arm64/mm/fault.c and others. */
export interface FaultReport extends ReportBase {
  readonly kind: (typeof faultKinds)[number];
  readonly access: ReportAccess;
  readonly object: null;
  readonly odebug: null;
}

/** lib/debugobjects.c. */
export interface OdebugReport extends ReportBase {
  readonly kind: 'odebug';
  readonly odebug: ReportOdebug;
  readonly access: null;
  readonly object: null;
}

/** The rest: a title, stacks, locks. */
export interface PlainReport extends ReportBase {
  readonly kind: (typeof plainKinds)[number];
  readonly access: null;
  readonly object: null;
  readonly odebug: null;
}

/** A report of the kernel's other than a data race: KASAN, lockdep, a warning, a stall and the like. */
export type KernelReport = KasanReport | LockdepReport | FaultReport | OdebugReport | PlainReport;

export type KernelReportKind = KernelReport['kind'];
