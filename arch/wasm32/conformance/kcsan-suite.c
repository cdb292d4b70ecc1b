// SPDX-License-Identifier: GPL-2.0
/*
 * KCSAN's own test suite, kernel/kcsan/kcsan_test.c of the tree as it is, one
 * case at a time: what KUnit does around each (lib/kunit/test.c, v6.12.117).
 */
#include "kcsan_test.c"

#define EXPORT_AS(name) __attribute__((export_name(#name), used, disable_sanitizer_instrumentation))


atomic_t __weak __num_online_cpus = ATOMIC_INIT(NR_CPUS);

static struct kunit millrace_kunit;

/* What the suite names in the reports that it expects: a function's address is no more than a number here. */
#define NAMED(function) { function, #function }
static const struct {
	void *function;
	const char *name;
} millrace_named[] = {
	NAMED(test_kernel_read),
	NAMED(test_kernel_write),
	NAMED(test_kernel_write_nochange),
	NAMED(test_kernel_write_nochange_rcu),
	NAMED(test_kernel_read_atomic),
	NAMED(test_kernel_write_atomic),
	NAMED(test_kernel_atomic_rmw),
	NAMED(test_kernel_write_uninstrumented),
	NAMED(test_kernel_data_race),
	NAMED(test_kernel_data_racy_qualifier),
	NAMED(test_kernel_assert_writer),
	NAMED(test_kernel_assert_access),
	NAMED(test_kernel_change_bits),
	NAMED(test_kernel_assert_bits_change),
	NAMED(test_kernel_assert_bits_nochange),
	NAMED(test_enter_scope),
	NAMED(test_kernel_assert_writer_scoped),
	NAMED(test_kernel_assert_access_scoped),
	NAMED(test_kernel_rmw_array),
	NAMED(test_kernel_write_struct),
	NAMED(test_kernel_write_struct_part),
	NAMED(test_kernel_read_struct_zero_size),
	NAMED(test_kernel_jiffies_reader),
	NAMED(test_kernel_seqlock_reader),
	NAMED(test_kernel_seqlock_writer),
	NAMED(test_kernel_atomic_builtins),
	NAMED(test_kernel_xor_1bit),
	NAMED(test_kernel_with_memorder),
	NAMED(test_kernel_wrong_memorder),
	NAMED(test_kernel_atomic_builtin_with_memorder),
	NAMED(test_kernel_atomic_builtin_wrong_memorder),
};

EXPORT_AS(millrace_function_name) const char *millrace_function_name(void *function)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(millrace_named); i++)
		if (millrace_named[i].function == function)
			return millrace_named[i].name;
	return "unnamed_function";
}

/* The name of a case; NULL behind the last. */
EXPORT_AS(millrace_suite_name) const char *millrace_suite_name(int index)
{
	return kcsan_test_cases[index].name;
}

/* The parameter behind `previous`, 0 at first; 0 when there is none, and for a case without. */
EXPORT_AS(millrace_suite_parameter) long millrace_suite_parameter(int index, long previous)
{
	static char description[KUNIT_PARAM_DESC_SIZE];

	if (!kcsan_test_cases[index].generate_params)
		return 0;
	return (long)kcsan_test_cases[index].generate_params((const void *)previous, description);
}

/* num_online_cpus() */
EXPORT_AS(millrace_suite_cpus) void millrace_suite_cpus(int cpus)
{
	atomic_set(&__num_online_cpus, cpus);
}

EXPORT_AS(millrace_suite_preemptible) int millrace_suite_preemptible(void)
{
	return preempt_model_preemptible();
}

EXPORT_AS(millrace_suite_status) int millrace_suite_status(void)
{
	return millrace_kunit.status;
}

EXPORT_AS(millrace_suite_run) void millrace_suite_run(int index, long parameter)
{
	struct kunit_case *test_case = &kcsan_test_cases[index];

	kcsan_suite_init(NULL);
	millrace_kunit.name = test_case->name;
	millrace_kunit.status = KUNIT_SUCCESS;
	millrace_kunit.param_value = (const void *)parameter;
	if (test_init(&millrace_kunit))
		millrace_kunit.status = KUNIT_FAILURE;
	else
		test_case->run_case(&millrace_kunit);
	test_exit(&millrace_kunit);
}

/* Where struct task_struct has KCSAN's held back access; 0 without CONFIG_KCSAN_WEAK_MEMORY. */
EXPORT_AS(millrace_reorder_offset) int millrace_reorder_offset(void)
{
#ifdef CONFIG_KCSAN_WEAK_MEMORY
	return offsetof(struct task_struct, kcsan_ctx.reorder_access);
#else
	return 0;
#endif
}

EXPORT_AS(millrace_jiffies_at) volatile unsigned long *millrace_jiffies_at(void)
{
	return &jiffies;
}
