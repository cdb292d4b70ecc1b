import { describe, expect, it } from 'vitest';
import { offsetsHeader } from '../../../src/model/compile/generated-headers.js';
import { timeConstantsHeader } from '../../../src/model/compile/time-constants.js';

describe('generated headers', () => {
  // What `bc -q kernel/time/timeconst.bc` of 6.12 prints for HZ=250 and HZ=300.
  it.each([
    [250, 'HZ_TO_MSEC_MUL32 U64_C(0x80000000)'],
    [250, 'HZ_TO_MSEC_ADJ32 U64_C(0x0)'],
    [250, 'HZ_TO_MSEC_SHR32 29'],
    [250, 'MSEC_TO_HZ_ADJ32 U64_C(0x180000000)'],
    [250, 'MSEC_TO_HZ_SHR32 33'],
    [250, 'HZ_TO_NSEC_NUM 4000000'],
    [300, 'HZ_TO_MSEC_MUL32 U64_C(0xd5555556)'],
    [300, 'MSEC_TO_HZ_MUL32 U64_C(0x9999999a)'],
    [300, 'USEC_TO_HZ_DEN 10000'],
  ])('have for %i ticks a second: %s', (hz, line) => {
    expect(timeConstantsHeader(hz).split('\n')).toContain(`#define ${line}`);
  });

  it('take names and values from the assembly that kernel/bounds.c compiles to', () => {
    const assembly =
      '\t.ascii\t"->NR_PAGEFLAGS 20 __NR_PAGEFLAGS"\n\t.ascii "->MINUS $-3 x"\n\t.ascii "->"\n';
    expect(offsetsHeader(assembly)).toBe('#define NR_PAGEFLAGS 20\n#define MINUS -3\n');
  });
});
