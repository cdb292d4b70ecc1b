// math.h: what JavaScript's Math has (ECMA-262, 21.3.2). Rounding, remainders and square roots are exact; sines, powers and
// the like are those of V8, which follow fdlibm: a library may give the number next to it.
import type { Import } from '../types.js';

const ofOne = [
  ...[
    'floor',
    'ceil',
    'trunc',
    'sqrt',
    'cbrt',
    'exp',
    'expm1',
    'log',
    'log2',
    'log10',
    'log1p',
    'sin',
    'cos',
  ],
  ...['tan', 'asin', 'acos', 'atan', 'sinh', 'cosh', 'tanh', 'asinh', 'acosh', 'atanh'],
] as const;

/** C rounds halves away from zero, JavaScript up. */
const round = (x: number) => (x < 0 ? -Math.round(-x) : Math.round(x));

/** None of them switches contexts. */
export function mathImports(): Record<string, Import> {
  const own: Record<string, (x: number, y: number) => number> = {
    fabs: Math.abs,
    round,
    exp2: (x) => 2 ** x,
    pow: (x, y) => (x === 1 || y === 0 ? 1 : x ** y),
    fmod: (x, y) => x % y,
    atan2: Math.atan2,
    hypot: Math.hypot,
    fmin: (x, y) => (Number.isNaN(x) ? y : Number.isNaN(y) ? x : Math.min(x, y)),
    fmax: (x, y) => (Number.isNaN(x) ? y : Number.isNaN(y) ? x : Math.max(x, y)),
    fdim: (x, y) => (x > y ? x - y : 0),
    copysign: (x, y) => (y < 0 || Object.is(y, -0) ? -Math.abs(x) : Math.abs(x)),
    lround: round,
  };
  for (const name of ofOne) own[name] = Math[name];
  const imports: Record<string, Import> = { ...own, llround: (x: number) => BigInt(round(x)) };
  for (const name of ['fabs', 'floor', 'ceil', 'trunc', 'round', 'sqrt'] as const)
    imports[`${name}f`] = own[name] as Import;
  return imports;
}
