// SPDX-License-Identifier: GPL-2.0
/* KCSAN's selftest at boot, kernel/kcsan/selftest.c of the tree as it is: what it would run by itself. */
#include "selftest.c"

#define EXPORT_AS(name) __attribute__((export_name(name), used, disable_sanitizer_instrumentation))

#define MILLRACE_SELFTEST(test)						\
	EXPORT_AS("millrace_self" #test) int millrace_self##test(void)	\
	{								\
		return test();						\
	}

MILLRACE_SELFTEST(test_encode_decode)
MILLRACE_SELFTEST(test_matching_access)
MILLRACE_SELFTEST(test_barrier)

/* Where struct task_struct has KCSAN's held back access; 0 without CONFIG_KCSAN_WEAK_MEMORY. */
EXPORT_AS("millrace_reorder_offset") int millrace_reorder_offset(void)
{
#ifdef CONFIG_KCSAN_WEAK_MEMORY
	return offsetof(struct task_struct, kcsan_ctx.reorder_access);
#else
	return 0;
#endif
}
