// include/generated/timeconst.h: factors between jiffies and other units (kernel/time/timeconst.bc, v6.12).

/** Ceil(2^bits * numerator / denominator): multiplication in the place of division. */
function multiplier(bits: bigint, numerator: bigint, denominator: bigint): bigint {
  return ((1n << bits) * numerator + denominator - 1n) / denominator;
}

function commonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : commonDivisor(b, a % b);
}

/** What is added before the shift, so that a product that was rounded up comes out right. */
function adjustment(bits: bigint, numerator: bigint, denominator: bigint): bigint {
  const reduced = denominator / commonDivisor(numerator, denominator);
  return ((1n << bits) * (reduced - 1n)) / reduced;
}

/** The shift that brings the multiplier to 32 bits. */
function shift(numerator: bigint, denominator: bigint): bigint {
  let bits = 0n;
  while (multiplier(bits, numerator, denominator) < 1n << 31n) bits += 1n;
  return bits;
}

/** The text of the header for a kernel whose timer ticks `hz` times a second. */
export function timeConstantsHeader(hz: number): string {
  const ticks = BigInt(hz);
  const lines: string[] = [];
  for (const [unit, name] of [
    [1000n, 'MSEC'],
    [1000000n, 'USEC'],
    [1000000000n, 'NSEC'],
  ] as const) {
    const divisor = commonDivisor(ticks, unit);
    if (name !== 'NSEC') {
      for (const [direction, numerator, denominator] of [
        [`HZ_TO_${name}`, unit, ticks],
        [`${name}_TO_HZ`, ticks, unit],
      ] as const) {
        const bits = shift(numerator, denominator);
        lines.push(
          `#define ${direction}_MUL32 U64_C(0x${multiplier(bits, numerator, denominator).toString(16)})`,
        );
        lines.push(
          `#define ${direction}_ADJ32 U64_C(0x${adjustment(bits, numerator, denominator).toString(16)})`,
        );
        lines.push(`#define ${direction}_SHR32 ${bits}`);
      }
    }
    lines.push(`#define HZ_TO_${name}_NUM ${unit / divisor}`, `#define HZ_TO_${name}_DEN ${ticks / divisor}`);
    lines.push(`#define ${name}_TO_HZ_NUM ${ticks / divisor}`, `#define ${name}_TO_HZ_DEN ${unit / divisor}`);
  }
  return `#include <linux/param.h>\n#include <linux/types.h>\n${lines.join('\n')}\n`;
}
