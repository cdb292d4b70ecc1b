// User memory (include/linux/uaccess.h, v6.12): any memory of the program's can stand for it, a buffer of the harness's
// mostly. What lies nowhere faults, and is not copied. The kernel's side of a copy is told by the header itself, as an
// access for KCSAN; what a user's program does on its side is no race of the kernel's.
import { invalidAccess, isGone, isThere } from '../accesses.js';
import { accessEvent } from '../events.js';
import { stringLength } from '../libc/text.js';
import type { Machine } from '../machine.js';
import type { Import } from '../types.js';
import { type CpuState, maySleep } from './cpu.js';

const fault = -14;

export function userCopyImports(m: Machine, cpu: CpuState): Record<string, Import> {
  const there = (address: number, size: number) =>
    isThere(m, address, size, false) && !isGone(m, address, size);
  /** Each user page may be met as it is: a copy is one step, at which others see all of it or nothing. */
  const copy = (to: number, from: number, size: number, user: number, kernel: number, site: number) => {
    if (size === 0) return 0;
    if (!isThere(m, user, size, user === to)) return size;
    if (!m.reach(user, size, user === to, 0, 0, site)) return size;
    m.tracer?.event(m.current, accessEvent(user === to ? 'read' : 'write', 'user'), site, kernel, size);
    if (!there(user, size)) return size;
    if (!isThere(m, kernel, size, user === from) || isGone(m, kernel, size)) {
      invalidAccess(m, kernel, size, user === from, site);
      return size;
    }
    m.bytes.copyWithin(to, from, from + size);
    m.changed();
    return 0;
  };
  const mightFault = (site: number) => void maySleep(m, cpu, 'user-access', site);
  return {
    millrace_copy_from_user: (to: number, from: number, size: number, site: number) =>
      copy(to, from, size, from, to, site),
    millrace_copy_to_user: (to: number, from: number, size: number, site: number) =>
      copy(to, from, size, to, from, site),
    millrace_clear_user: (to: number, size: number, site: number) => {
      if (!there(to, size) || !m.reach(to, size, true, 0, 0, site) || !there(to, size)) return size;
      m.bytes.fill(0, to, to + size);
      m.changed();
      return 0;
    },
    __might_fault: (_file: number, _line: number, site: number) => mightFault(site),
    strncpy_from_user: (to: number, from: number, most: number, site: number) => {
      if (!there(from, 1)) return fault;
      const length = Math.min(stringLength(m, from), most);
      const size = Math.min(length + 1, most);
      return copy(to, from, size, from, to, site) === 0 ? length : fault;
    },
    strnlen_user: (from: number, most: number, site: number) => {
      if (!there(from, 1) || !m.reach(from, 1, false, 0, 0, site)) return 0;
      return Math.min(stringLength(m, from) + 1, most);
    },
  };
}
