// The first lines of the kernel's reports, and what kind each begins: a table, of which the first that fits decides.
import type { KernelReportKind } from './kernel-report.js';

/** How a report is laid out: what a stack without a heading of its own is, and where the report ends. */
export type Family = 'kasan' | 'lockdep' | 'warn' | 'fault' | 'sleep' | 'schedule' | 'hung' | 'stall';

export interface Title {
  readonly kind: KernelReportKind;
  readonly family: Family;
  readonly title: string;
}

type Row = readonly [kind: KernelReportKind, family: Family, pattern: RegExp];

// mm/kasan/report.c and report_generic.c, get_bug_type(), v4.19 to v6.12.
const kasan: readonly Row[] = [
  ['kasan-uaf', 'kasan', /^BUG: KASAN: (?:slab-)?use-after-free\b/],
  ['kasan-double-free', 'kasan', /^BUG: KASAN: double-free\b/],
  ['kasan-invalid-free', 'kasan', /^BUG: KASAN: invalid-free\b/],
  // Until v6.0 one title for both; the text says "double-free or invalid-free".
  ['kasan-double-free', 'kasan', /^BUG: KASAN: double-free or invalid-free\b/],
  ['kasan-oob', 'kasan', /^BUG: KASAN: \S*out-of-bounds\b/],
  ['kasan-null-deref', 'kasan', /^BUG: KASAN: null-ptr-deref\b/],
  ['kasan-wild', 'kasan', /^BUG: KASAN: (?:wild|user)-memory-access\b/],
  ['kasan-other', 'kasan', /^BUG: KASAN: \S/],
];

// kernel/locking/lockdep.c, and kernel/rcu/update.c for the last, v4.19 to v6.12.
const lockdep: readonly Row[] = [
  ['lockdep-circular', 'lockdep', /^WARNING: possible circular locking\b/],
  ['lockdep-recursive', 'lockdep', /^WARNING: possible recursive locking\b/],
  ['lockdep-inconsistent', 'lockdep', /^WARNING: inconsistent lock state/],
  ['lockdep-irq-inversion', 'lockdep', /^WARNING: possible irq lock inversion\b/],
  ['lockdep-irq-unsafe', 'lockdep', /^WARNING: \S+-safe -> \S+-unsafe lock order\b/],
  ['lockdep-unbalance', 'lockdep', /^WARNING: bad unlock balance/],
  ['lockdep-held-freed', 'lockdep', /^WARNING: held lock freed/],
  ['lockdep-held-return', 'lockdep', /^WARNING: lock held when returning\b/],
  ['lockdep-held-return', 'lockdep', /^WARNING: .* still has locks held/],
  ['lockdep-wait-context', 'lockdep', /^\[ BUG: Invalid wait context \]/],
  ['lockdep-other', 'lockdep', /^WARNING: (?:[Nn]ested lock was not taken|bad contention detected)/],
  ['rcu-usage', 'lockdep', /^WARNING: suspicious RCU usage/],
];

// arch/x86/mm/fault.c, arch/arm64/mm/fault.c, arch/arm/mm/fault.c, arch/powerpc/mm/fault.c, arch/riscv/mm/fault.c,
// arch/s390/mm/fault.c, arch/x86/kernel/traps.c, v4.19 to v6.12.
const fault: readonly Row[] = [
  ['null-deref', 'fault', /^BUG: (?:unable to handle )?kernel NULL pointer dereference\b/i],
  ['null-deref', 'fault', /^(?:BUG: |CPU \d+ )?Unable to handle kernel NULL pointer dereference\b/i],
  [
    'page-fault',
    'fault',
    /^BUG: (?:unable to handle (?:kernel )?(?:page fault|paging request|data access)|[Uu]nable to handle)/,
  ],
  [
    'page-fault',
    'fault',
    /^(?:BUG: |CPU \d+ )?Unable to handle kernel (?:paging request|pointer dereference|read|write|execute|access)/,
  ],
  ['gpf', 'fault', /^(?:Oops: )?general protection fault\b/],
];

const others: readonly Row[] = [
  ['atomic-sleep', 'sleep', /^BUG: sleeping function called from invalid\b/],
  ['sched-atomic', 'schedule', /^BUG: scheduling while atomic: /],
  ['hung-task', 'hung', /^INFO: task .+:\d+ (?:is )?blocked (?:in I\/O wait )?(?:for more than|on an? )/],
  [
    'rcu-stall',
    'stall',
    /^(?:rcu: )?(?:INFO: )?(?:rcu_\w+|srcu\S*) (?:detected (?:expedited )?stalls|self-detected stall)/,
  ],
  ['lockup', 'stall', /^(?:(?:NMI )?watchdog: )?BUG: soft lockup\b/],
  ['lockup', 'stall', /^(?:(?:NMI )?watchdog: )?(?:CPU\d+: )?Watchdog detected hard LOCKUP\b/],
  ['refcount', 'warn', /^refcount_t: \S/],
  ['odebug', 'warn', /^ODEBUG: (?:activate|deactivate|destroy|free|assert_init|active_state|init)\b/],
  ['list-corruption', 'warn', /^list_(?:add|del)\w* (?:corruption|double add)\b/],
  ['list-corruption', 'warn', /^slist_\w* corruption\b/],
  ['ubsan', 'warn', /^UBSAN: \S/],
  ['kernel-bug', 'warn', /^kernel BUG at \S/],
  ['warning', 'warn', /^WARNING: (?:CPU: \d+ PID: \d+ at |\S+:\d+ at )/],
];

const rows = [...kasan, ...lockdep, ...fault, ...others];
const mayBegin =
  /BUG|WARNING|INFO|nable to handle|general protection|rcu_|LOCKUP|refcount_t|ODEBUG|list_|UBSAN/;

/** The title that `text`, without prefix, is; null when no report begins so. */
export function parseKernelTitle(text: string): Title | null {
  if (!mayBegin.test(text)) return null;
  const title = text.trim();
  const row = rows.find(([, , pattern]) => pattern.test(title));
  return row === undefined ? null : { kind: row[0], family: row[1], title: title.slice(0, 1024) };
}
