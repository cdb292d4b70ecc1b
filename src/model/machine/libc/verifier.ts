// What programs of the concurrency-verification field call: inputs, assumptions, atomic sections, and the function
// that must not be reached (SV-COMP rules, section "Definition of verification tasks"). An input takes each of a few
// values in turn: those of `inputs`, so far as its type holds them; a bool takes both.
import type { Machine } from '../machine.js';
import { failAt } from '../misuse.js';
import { atomicSections } from './atomic-sections.js';
import { readString } from './text.js';

type Import = (...args: never[]) => unknown;

export interface InputValues {
  readonly values: readonly number[];
  /** Set when an input was taken whose type has more values than were tried. */
  sampled: boolean;
  /** Set when a thread was held back because there were as many as are modelled. */
  crowded: boolean;
  /** Set when rand() was called. */
  random: boolean;
}

/** The inputs of `values` that `m` has not been asked for yet. */
export function inputsOf(values: readonly number[]): InputValues {
  return { values, sampled: false, crowded: false, random: false };
}

/** One of the input values between `low` and `high`, each explored. */
export function chooseInput(m: Machine, inputs: InputValues, low: number, high: number): number {
  const fitting = inputs.values.filter((value) => value >= low && value <= high);
  if (high - low >= fitting.length) inputs.sampled = true;
  return fitting[m.choose(fitting.length)] ?? low;
}

export function verifierImports(m: Machine, inputs: InputValues): Record<string, Import> {
  const choose = (low: number, high: number) => chooseInput(m, inputs, low, high);
  const nondet = (low: number, high: number) => () => choose(low, high);
  // The others go on: what they do still tells which orders there are, one of which may meet the condition.
  const assume = (condition: number, site: number) => {
    if (condition === 0) m.stall('assumption', site);
  };
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
    __VERIFIER_nondet_unsigned_char: nondet(0, 255),
    __VERIFIER_nondet_unsigned_short: nondet(0, 65535),
    __VERIFIER_nondet_unsigned_long: nondet(0, 4294967295),
    __VERIFIER_nondet_u8: nondet(0, 255),
    __VERIFIER_nondet_u16: nondet(0, 65535),
    __VERIFIER_nondet_u32: nondet(0, 4294967295),
    __VERIFIER_nondet_S8: nondet(-128, 127),
    __VERIFIER_nondet_pointer: nondet(0, 0),
    __VERIFIER_nondet_size_t: nondet(0, 4294967295),
    __VERIFIER_nondet_longlong: () => BigInt(choose(-(2 ** 53), 2 ** 53)),
    __VERIFIER_nondet_ulonglong: () => BigInt(choose(0, 2 ** 53)),
    __VERIFIER_nondet_float: nondet(-(2 ** 53), 2 ** 53),
    __VERIFIER_nondet_double: nondet(-(2 ** 53), 2 ** 53),
    __VERIFIER_assume: assume,
    assume_abort_if_not: assume,
    assume: assume,
    __VERIFIER_assert: (condition: number, site: number) => {
      if (condition === 0) failAt(m, 'assertion', { fact: 'assertion', text: null }, site);
    },
    __VERIFIER_error: (site: number) =>
      failAt(m, 'assertion', { fact: 'reached', call: '__VERIFIER_error' }, site),
    reach_error: (site: number) => failAt(m, 'assertion', { fact: 'reached', call: 'reach_error' }, site),
    __assert_fail: (expression: number, file: number, line: number, name: number, site: number) =>
      failAt(
        m,
        'assertion',
        {
          fact: 'assertion',
          text: `${readString(m, expression)} (${readString(m, name)}(), ${readString(m, file)}:${line})`,
        },
        site,
      ),
  };
  return { ...imports, ...atomicSections(m) };
}
