/* SPDX-License-Identifier: Apache-2.0 */
/* math.h of the model machine: what JavaScript's Math has. */
#ifndef MILLRACE_MATH_H
#define MILLRACE_MATH_H
#define HUGE_VAL __builtin_huge_val()
#define INFINITY __builtin_inff()
#define NAN __builtin_nanf("")
#define M_PI 3.14159265358979323846
#define M_E 2.7182818284590452354
#define M_SQRT2 1.41421356237309504880
#define isnan(x) __builtin_isnan(x)
#define isinf(x) __builtin_isinf(x)
#define isfinite(x) __builtin_isfinite(x)
#define signbit(x) __builtin_signbit(x)
double fabs(double), floor(double), ceil(double), trunc(double), round(double), sqrt(double), cbrt(double);
double exp(double), exp2(double), expm1(double), log(double), log2(double), log10(double), log1p(double);
double sin(double), cos(double), tan(double), asin(double), acos(double), atan(double);
double sinh(double), cosh(double), tanh(double), asinh(double), acosh(double), atanh(double);
double pow(double, double), fmod(double, double), atan2(double, double), hypot(double, double);
double fmin(double, double), fmax(double, double), fdim(double, double), copysign(double, double);
float fabsf(float), floorf(float), ceilf(float), truncf(float), roundf(float), sqrtf(float);
long lround(double);
long long llround(double);
#endif
