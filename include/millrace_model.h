/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The harness's side of Millrace in the model engine: included by millrace.h, never by itself.
 *
 * The machine finds the tests by exported functions and runs their sides once in every order. What it reads of struct
 * millrace_test is laid out as wasm32 lays out pointers and ints: four bytes each, in the order of millrace.h.
 */
#ifndef MILLRACE_MODEL_H
#define MILLRACE_MODEL_H

#define __millrace_import(import) \
	__attribute__((import_module("machine"), import_name(#import))) import

#define MILLRACE_FAKE(ret, name, ...) ret name(__VA_ARGS__)

/* Runs the sides of a test in one order; called when a KUnit case is run by itself. */
void __millrace_import(millrace_run_test)(struct kunit *test, const struct millrace_test *spec);

/* An invariant that did not hold is a finding with the schedule that led to it. */
void __millrace_import(millrace_expect)(struct millrace_verdict *verdict, int holds, const char *text);

static inline void millrace_run(struct kunit *test, const struct millrace_test *spec)
{
	millrace_run_test(test, spec);
}

/* Besides the KUnit case, an exported function millrace_test_NAME() that gives the test. */
#undef MILLRACE_KUNIT
#define MILLRACE_KUNIT(spec)							\
	__attribute__((export_name("millrace_test_" #spec)))			\
	const struct millrace_test *millrace_test_##spec(void);		\
	const struct millrace_test *millrace_test_##spec(void)			\
	{									\
		return &spec;							\
	}									\
	static void millrace_kunit_##spec(struct kunit *test)			\
	{									\
		millrace_run(test, &spec);					\
	}

/* Ports from `first` on, for inb() and its like: the bytes of millrace_ports[]. Once in a harness. */
#undef MILLRACE_PORTS
#define __millrace_tell(type, name, value)					\
	__attribute__((export_name(#name))) type name(void);			\
	type name(void)								\
	{									\
		return value;							\
	}
#define MILLRACE_PORTS(first, count)						\
	static unsigned char millrace_ports[count];				\
	__millrace_tell(unsigned long, millrace_ports_first, first)		\
	__millrace_tell(unsigned long, millrace_ports_count, count)		\
	__millrace_tell(unsigned char *, millrace_ports_bytes, millrace_ports)

/* Likewise millrace_suite(): for suites whose cases start their threads themselves. */
#undef kunit_test_suite
#define kunit_test_suite(suite)							\
	__attribute__((export_name("millrace_suite")))				\
	struct kunit_suite *millrace_suite(void);				\
	struct kunit_suite *millrace_suite(void)				\
	{									\
		return &suite;							\
	}

/* A race of Millrace's own: two contexts run it on one word, and where that is not found, nothing is said. */
__attribute__((export_name("millrace_canary_harness")))
void millrace_canary_harness(int *word);
void millrace_canary_harness(int *word)
{
	*word += 1;
}

#endif /* MILLRACE_MODEL_H */
