/* SPDX-License-Identifier: Apache-2.0 */
/* assert.h of the model machine. */
#undef assert
#ifdef NDEBUG
#define assert(expression) ((void)0)
#else
#define assert(expression) \
	((expression) ? (void)0 : __assert_fail(#expression, __FILE__, __LINE__, __func__))
#endif
#ifndef MILLRACE_ASSERT_H
#define MILLRACE_ASSERT_H
void __assert_fail(const char *, const char *, unsigned, const char *) __attribute__((noreturn));
#define static_assert _Static_assert
#endif
