// What kernel code tells KCSAN of its accesses (include/linux/kcsan-checks.h, kernel/kcsan/core.c, v6.12.117).

import type { Kcsan, KcsanContext, ScopedAccess } from '../../detect/kcsan/index.js';
import type { Machine } from '../machine.js';
import type { Import } from '../types.js';
import type { CheckAccess } from './accesses.js';
import type { VirtualCpus } from './types.js';

/** `warn`: told of what the kernel warns of, one sentence without a full stop. */
export function markImports(
  m: Machine,
  kcsan: Kcsan,
  check: CheckAccess,
  cpus: VirtualCpus,
  warn: (text: string, site: number) => void,
): Record<string, Import> {
  const change = (with_: (context: KcsanContext) => void) => () =>
    with_(kcsan.contextOf(cpus.self(m.current)));
  const enable = (site: number, warns: boolean) => {
    const context = kcsan.contextOf(cpus.self(m.current));
    if (context.disableCount > 0) context.disableCount--;
    else if (warns) warn('unbalanced kcsan_enable_current()', site);
  };
  /** By context: the scoped access that ends, between its removal and its check. */
  const ending = m.valueColumn<ScopedAccess | null>(null);
  return {
    __kcsan_check_access: (address: number, size: number, type: number, site: number) =>
      void check(address >>> 0, size, type, site),
    kcsan_disable_current: change((context) => {
      context.disableCount++;
    }),
    kcsan_enable_current: (site: number) => enable(site, true),
    kcsan_enable_current_nowarn: (site: number) => enable(site, false),
    kcsan_nestable_atomic_begin: change((context) => {
      context.atomicNestCount++;
    }),
    kcsan_nestable_atomic_end: (site: number) => {
      const context = kcsan.contextOf(cpus.self(m.current));
      if (context.atomicNestCount > 0) context.atomicNestCount--;
      else warn('unbalanced kcsan_nestable_atomic_end()', site);
    },
    kcsan_flat_atomic_begin: change((context) => {
      context.inFlatAtomic = true;
    }),
    kcsan_flat_atomic_end: change((context) => {
      context.inFlatAtomic = false;
    }),
    kcsan_atomic_next: (count: number) => {
      kcsan.contextOf(cpus.self(m.current)).atomicNext = count;
    },
    kcsan_set_access_mask: (mask: number) => {
      kcsan.contextOf(cpus.self(m.current)).accessMask = mask;
    },
    kcsan_begin_scoped_access: (
      address: number,
      size: number,
      type: number,
      structure: number,
      site: number,
    ) => {
      if (check(address >>> 0, size, type, site))
        kcsan.beginScoped({ key: structure, address: address >>> 0, size, type, site });
      return structure;
    },
    kcsan_end_scoped_access: (structure: number, site: number) => {
      const current = cpus.self(m.current);
      if (!m.resuming) ending[current] = kcsan.endScoped(structure);
      const access = ending[current];
      if (access == null) {
        warn('unbalanced kcsan_end_scoped_access()', site);
        return;
      }
      if (check(access.address, access.size, access.type, access.site, site)) ending[current] = null;
    },
    __kcsan_mb: () => kcsan.barrier('mb'),
    __kcsan_wmb: () => kcsan.barrier('wmb'),
    __kcsan_rmb: () => kcsan.barrier('rmb'),
    __kcsan_release: () => kcsan.barrier('release'),
  };
}
