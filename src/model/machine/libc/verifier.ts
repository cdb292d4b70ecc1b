// What programs of the concurrency-verification field call: inputs, assumptions, atomic sections, and the function
// that must not be reached (SV-COMP rules, section "Definition of verification tasks"). An input takes each of a few
// values in turn: those of `inputs`, so far as its type holds them; a bool takes both.
import type { Machine } from '../machine.js';
import { misuse } from '../misuse.js';
import { readString } from './text.js';

type Import = (...args: never[]) => unknown;

export interface InputValues {
  readonly values: readonly number[];
  /** Set when an input was taken whose type has more values than were tried. */
  sampled: boolean;
}

export function verifierImports(m: Machine, inputs: InputValues): Record<string, Import> {
  const choose = (low: number, high: number): number => {
    const fitting = inputs.values.filter((value) => value >= low && value <= high);
    if (high - low >= fitting.length) inputs.sampled = true;
    return fitting[m.choose(fitting.length)] ?? low;
  };
  const nondet = (low: number, high: number) => () => choose(low, high);
  const imports: Record<string, Import> = {
    __VERIFIER_nondet_bool: () => m.choose(2),
    __VERIFIER_nondet__Bool: () => m.choose(2),
    __VERIFIER_nondet_char: nondet(-128, 127),
    __VERIFIER_nondet_uchar: nondet(0, 255),
    __VERIFIER_nondet_short: nondet(-32768, 32767),
    __VERIFIER_nondet_ushort: nondet(0, 65535),
    __VERIFIER_nondet_int: nondet(-2147483648, 2147483647),
    __VERIFIER_nondet_uint: nondet(0, 4294967295),
    __VERIFIER_nondet_unsigned_int: nondet(0, 4294967295),
    __VERIFIER_nondet_unsigned: nondet(0, 4294967295),
    __VERIFIER_nondet_long: nondet(-2147483648, 2147483647),
    __VERIFIER_nondet_ulong: nondet(0, 4294967295),
    __VERIFIER_nondet_size_t: nondet(0, 4294967295),
    __VERIFIER_nondet_longlong: () => BigInt(choose(-(2 ** 53), 2 ** 53)),
    __VERIFIER_nondet_ulonglong: () => BigInt(choose(0, 2 ** 53)),
    __VERIFIER_nondet_float: nondet(-(2 ** 53), 2 ** 53),
    __VERIFIER_nondet_double: nondet(-(2 ** 53), 2 ** 53),
    __VERIFIER_assume: (condition: number) => {
      if (condition === 0) m.end('assumed-away');
    },
    assume_abort_if_not: (condition: number) => {
      if (condition === 0) m.end('assumed-away');
    },
    __VERIFIER_assert: (condition: number, site: number) => {
      if (condition === 0) misuse(m, 'an assertion failed', site, 'assertion');
    },
    __VERIFIER_error: (site: number) => misuse(m, '__VERIFIER_error() was reached', site, 'assertion'),
    reach_error: (site: number) => misuse(m, 'reach_error() was reached', site, 'assertion'),
    __assert_fail: (expression: number, file: number, line: number, name: number, site: number) =>
      misuse(
        m,
        `assertion failed: ${readString(m, expression)} (${readString(m, name)}(), ${readString(m, file)}:${line})`,
        site,
        'assertion',
      ),
  };
  return { ...imports, ...atomicSections(m) };
}

/** Between begin and end no other context runs. Sections are ordered with each other as if they took one lock. */
function atomicSections(m: Machine): Record<string, Import> {
  /** In the null page: the lock that all sections share. */
  const lockAddress = 512;
  const { sync } = m;
  let suppressedBefore = 0;
  return {
    __VERIFIER_atomic_begin: (site: number) => {
      let slot = sync.find(lockAddress);
      if (slot === 0) {
        slot = sync.create(lockAddress, 'other');
        sync.gates[slot << 1] = 1;
      }
      m.waitingFor[m.current] = 'an atomic section';
      if (!m.reach(lockAddress, 4, true, slot << 1, slot << 1, site)) return;
      m.tracer?.operation(m.current, 'atomic section begins', site, 0, 0);
      sync.gates[slot << 1] = 0;
      sync.owners[slot] = m.current;
      m.acquire(slot);
      suppressedBefore = m.suppressed;
      m.suppressed |= ~(1 << m.current);
    },
    __VERIFIER_atomic_end: (site: number) => {
      const slot = sync.find(lockAddress);
      if (slot === 0 || sync.owners[slot] !== m.current) {
        misuse(m, '__VERIFIER_atomic_end() without a beginning', site);
        return;
      }
      m.tracer?.operation(m.current, 'atomic section ends', site, 0, 0);
      m.suppressed = suppressedBefore;
      sync.owners[slot] = -1;
      sync.gates[slot << 1] = 1;
      m.release(slot);
      m.changed();
    },
  };
}
