// Atomic sections of verification tasks: from __VERIFIER_atomic_begin() to __VERIFIER_atomic_end(), and each call of a
// function whose name begins with __VERIFIER_atomic_ (SV-COMP rules, "Definition of verification tasks"). No other
// context runs meanwhile. Sections are ordered with each other as if they took one lock; they nest.
import { inputError } from '../../../base/index.js';
import { readMark } from '../../link/index.js';
import type { Machine } from '../machine.js';
import { failAt, misuse } from '../misuse.js';
import { waits } from '../waits.js';

type Import = (...args: never[]) => unknown;

/** Told of marked calls: see {@link readMark}. No name that a program can import. */
export const verifierMark = 'marked-call';

/** In the null page: the lock that all sections share. */
const lockAddress = 512;

export function atomicSections(m: Machine): Record<string, Import> {
  const { sync } = m;
  const before = m.perExecution({ suppressed: 0, changes: 0 });
  const begin = (site: number) => {
    if (m.weak !== null) {
      const { file, line } = m.program.symbols.place(site);
      m.abort(
        inputError('an atomic section has a meaning in sequential consistency alone', {
          at: { file, line },
          hint: 'Leave --memory out, or use a mutex in its place.',
        }),
      );
      return;
    }
    let slot = sync.find(lockAddress);
    if (slot === 0) {
      slot = sync.create(lockAddress, 'other');
      sync.gates[slot << 1] = 1;
    }
    if (!m.resuming && sync.owners[slot] === m.current) {
      sync.counts[slot] = (sync.counts[slot] as number) + 1;
      return;
    }
    m.waitingFor[m.current] = waits['atomic-section'];
    if (!m.reach(lockAddress, 4, true, slot << 1, slot << 1, site)) return;
    m.tracer?.event(m.current, { kind: 'section', does: 'begin' }, site, 0, 0);
    sync.gates[slot << 1] = 0;
    sync.owners[slot] = m.current;
    sync.counts[slot] = 0;
    m.acquire(slot);
    before.changes = m.changes;
    before.suppressed = m.suppressed;
    m.suppressed |= ~(1 << m.current);
  };
  const letOthers = (slot: number) => {
    m.suppressed = before.suppressed;
    sync.owners[slot] = -1;
    sync.gates[slot << 1] = 1;
  };
  const end = (site: number) => {
    const slot = sync.find(lockAddress);
    if (slot === 0 || sync.owners[slot] !== m.current) {
      misuse(m, { problem: 'no-beginning', call: '__VERIFIER_atomic_end' }, site);
      return;
    }
    if ((sync.counts[slot] as number) > 0) {
      sync.counts[slot] = (sync.counts[slot] as number) - 1;
      return;
    }
    m.tracer?.event(m.current, { kind: 'section', does: 'end' }, site, 0, 0);
    letOthers(slot);
    m.release(slot);
    m.changed();
  };
  m.onStall = (context) => {
    const slot = sync.find(lockAddress);
    if (slot === 0 || sync.owners[slot] !== context) return;
    // A section that only looked has not begun. One that wrote cannot be undone: nobody could see what it left.
    if (m.changes !== before.changes) m.doubt();
    letOthers(slot);
    m.release(slot);
  };
  return {
    __VERIFIER_atomic_begin: begin,
    __VERIFIER_atomic_end: end,
    [verifierMark]: (code: number) => {
      const mark = readMark(code);
      if (mark?.what === 'section-begins') begin(mark.site);
      else if (mark?.what === 'section-ends') end(mark.site);
      else if (mark?.what === 'loop' || mark?.what === 'endless') m.wentRound(code);
      else if (mark?.what === 'error')
        failAt(m, 'assertion', { fact: 'reached', call: 'reach_error' }, mark.site);
    },
  };
}
